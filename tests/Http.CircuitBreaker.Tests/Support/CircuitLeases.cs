namespace Http.CircuitBreaker.Tests.Support;

/// <summary>Leases probes as the test says, and writes down what it was asked and told.</summary>
internal sealed class CircuitLeases : IProbeLeases
{
    private readonly List<ProbeRequest> _asked = [];
    private readonly List<(string Token, CircuitOutcome Outcome, TimeSpan Break)> _settled = [];

    /// <summary>The tokens to be leased, one for each request; null for a probe of the circuit's own. None left: refused.</summary>
    public Queue<string?> Tokens { get; } = [];

    public IReadOnlyList<ProbeRequest> Asked => _asked;

    public IReadOnlyList<(string Token, CircuitOutcome Outcome, TimeSpan Break)> Settled => _settled;

    public Action? OnAsked { get; set; }

    public bool TryLease(in ProbeRequest request, out string? token)
    {
        _asked.Add(request);
        OnAsked?.Invoke();
        return Tokens.TryDequeue(out token);
    }

    public void Settle(CircuitKey key, string token, CircuitOutcome outcome, TimeSpan breakDuration) => _settled.Add((token, outcome, breakDuration));
}
