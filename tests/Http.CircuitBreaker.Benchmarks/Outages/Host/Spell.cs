namespace Http.CircuitBreaker.Benchmarks.Outages.Host;

/// <summary>A time during which the host is not well. <paramref name="Errors"/>: the share of calls that fail while it is erring.</summary>
internal sealed record Spell(TimeSpan From, TimeSpan To, HostMode Mode, double Errors = 0)
{
    public static Spell Seconds(double from, double to, HostMode mode, double errors = 0) =>
        new(TimeSpan.FromSeconds(from), TimeSpan.FromSeconds(to), mode, errors);

    public bool Covers(TimeSpan time) => time >= From && time < To;
}
