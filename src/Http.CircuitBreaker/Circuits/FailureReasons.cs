namespace Http.CircuitBreaker.Circuits;

/// <summary>Reasons of failures that no status code and no exception names.</summary>
internal static class FailureReasons
{
    public const string Timeout = "timeout";
    public const string Slow = "slow";
}
