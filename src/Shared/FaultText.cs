namespace Http.CircuitBreaker.Configuration;

/// <summary>Words a fault for people.</summary>
internal static class FaultText
{
    /// <summary>Ends a sentence, unless it ends with the question what was meant.</summary>
    public static string Sentence(string text) => text.EndsWith('?') ? text : $"{text}.";
}
