namespace Http.CircuitBreaker.Redis.Tests.Model;

/// <summary>The maximum delay of a message in milliseconds, and the probabilities of its loss and of a duplicate.</summary>
internal sealed record Network(int MaxDelay, double Loss, double Duplicates)
{
    public static Network Perfect { get; } = new(1, 0, 0);
}
