namespace Http.CircuitBreaker.Benchmarks.Outages.Host;

/// <summary>The replicas behind the address of the host. A client that balances the load itself chooses one; otherwise it is random.</summary>
internal static class Replicas
{
    public const int Count = 4;

    public static readonly HttpRequestOptionsKey<int> Chosen = new("outages.replica");

    public static int Pick(long attempt) => (int)(Count * SeededRandom.Uniform(Draw.Replica, attempt));
}
