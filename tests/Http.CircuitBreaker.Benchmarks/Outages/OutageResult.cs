namespace Http.CircuitBreaker.Benchmarks.Outages;

/// <summary>The figures of one script with every breaker.</summary>
internal sealed record OutageResult(OutageScript Script, Figures None, Figures Ours, Figures Peer, Figures OursTuned, Figures PeerTuned)
{
    public IReadOnlyList<(string Breaker, Figures Figures)> Rows =>
    [
        ("none", None), ("ours", Ours), ("peer", Peer), ("ours, tuned", OursTuned), ("peer, tuned", PeerTuned),
    ];

    public IEnumerable<string> Lines =>
    [
        .. Figures.All.Select(figure => $"outage_{Script.Name}_{figure.Name} {figure.Format(Ours)} {figure.Format(Peer)}"),
        .. Figures.All.Select(figure => $"outage_{Script.Name}_tuned_{figure.Name} {figure.Format(OursTuned)} {figure.Format(PeerTuned)}"),
    ];

    public static OutageResult Run(OutageScript script) => new(
        script,
        OutageRun.Run(script, Breakers.None),
        OutageRun.Run(script, Breakers.Ours),
        OutageRun.Run(script, Breakers.Peer),
        OutageRun.Run(script, Breakers.OursTuned),
        OutageRun.Run(script, Breakers.PeerTuned));
}
