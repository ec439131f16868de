namespace Http.CircuitBreaker.Benchmarks.Outages.Host;

/// <summary>The replicas behind the address of the host. Envoy chooses one; otherwise the choice is random.</summary>
internal static class Replicas
{
    public const int Count = 4;

    public static readonly HttpRequestOptionsKey<int> Chosen = new("outages.replica");

    public static int Pick(long attempt) => (int)(Count * SeededRandom.Uniform(Draw.Replica, attempt));
}
