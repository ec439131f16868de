namespace Http.CircuitBreaker.EndToEnd.Tests.OpenTelemetry;

/// <summary>The SDK merges all meters of one name in the process: a test that disposes its own would end the others'.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "Alone";
}
