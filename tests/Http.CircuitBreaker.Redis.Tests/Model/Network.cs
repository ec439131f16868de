namespace Http.CircuitBreaker.Redis.Tests.Model;

/// <summary>How messages travel in the model; the chances are per message, from 0 to 1.</summary>
internal sealed record Network(int MaxDelay, double Loss, double Duplicates)
{
    public static Network Perfect { get; } = new(1, 0, 0);
}
