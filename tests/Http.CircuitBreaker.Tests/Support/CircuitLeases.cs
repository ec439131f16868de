namespace Http.CircuitBreaker.Tests.Support;

/// <summary>Grants probe leases as the test configures, and records requests and settled leases.</summary>
internal sealed class CircuitLeases : IProbeLeases
{
    private readonly List<ProbeRequest> _requests = [];
    private readonly List<(string Token, CircuitOutcome Outcome, TimeSpan Break)> _settled = [];

    /// <summary>One token per granted request. Null is a probe without a lease. An empty queue refuses the request.</summary>
    public Queue<string?> Tokens { get; } = [];

    public IReadOnlyList<ProbeRequest> Requests => _requests;

    public IReadOnlyList<(string Token, CircuitOutcome Outcome, TimeSpan Break)> Settled => _settled;

    public Action? OnRequest { get; set; }

    public bool TryLease(in ProbeRequest request, out string? token)
    {
        _requests.Add(request);
        OnRequest?.Invoke();
        return Tokens.TryDequeue(out token);
    }

    public void Settle(CircuitKey key, string token, CircuitOutcome outcome, TimeSpan breakDuration) =>
        _settled.Add((token, outcome, breakDuration));
}
