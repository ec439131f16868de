namespace Http.CircuitBreaker.Benchmarks.Outages;

/// <summary>A period of a simulation. The end is exclusive.</summary>
internal sealed record Period(TimeSpan From, TimeSpan To)
{
    public bool Contains(TimeSpan time) => time >= From && time < To;
}
