namespace Http.CircuitBreaker.Benchmarks.Outages;

/// <summary>A script with every breaker.</summary>
internal sealed record OutageResult(OutageScript Script, Figures None, Figures Ours, Figures Peer, Figures OursTuned, Figures PeerTuned)
{
    public IReadOnlyList<(string Breaker, Figures Figures)> Rows =>
    [
        ("none", None), ("ours", Ours), ("peer", Peer), ("ours, tuned", OursTuned), ("peer, tuned", PeerTuned),
    ];

    public IEnumerable<string> Lines =>
    [
        .. Figures.All.Select(figure => $"outage_{Script.Name}_{figure.Name} {figure.Of(Ours)} {figure.Of(Peer)}"),
        .. Figures.All.Select(figure => $"outage_{Script.Name}_tuned_{figure.Name} {figure.Of(OursTuned)} {figure.Of(PeerTuned)}"),
    ];

    public static OutageResult Of(OutageScript script) => new(
        script,
        OutageRun.MeanOf(script, Breakers.None),
        OutageRun.MeanOf(script, Breakers.Ours),
        OutageRun.MeanOf(script, Breakers.Peer),
        OutageRun.MeanOf(script, Breakers.OursTuned),
        OutageRun.MeanOf(script, Breakers.PeerTuned));
}
