using Http.CircuitBreaker.Redis.Protocol;

namespace Http.CircuitBreaker.Redis.Backplane;

/// <summary>What to do with a call that would become a probe.</summary>
internal enum LeaseDecision
{
    Reject,

    /// <summary>Reject the call and request a lease for a later one.</summary>
    RejectAndRequest,

    ProbeWithLease,

    /// <summary>Probe without a lease, because the server does not answer or the circuit is not open for all.</summary>
    ProbeWithoutLease,
}

/// <summary>The probe lease of one circuit.</summary>
/// <remarks>
/// A missing lease never keeps a circuit open: after <see cref="AnswerTimeout"/>, a failed request or the expiry of an unused lease, the
/// next call probes without one.
/// </remarks>
internal sealed class ProbeLease
{
    /// <summary>How long calls are rejected while a request is unanswered, in milliseconds.</summary>
    public const long AnswerTimeout = 50;

    /// <summary>How long a granted lease waits for a call, in milliseconds.</summary>
    public const long ClaimTimeout = 10_000;

    private readonly Lock _lock = new();
    private State _state;
    private string? _token;
    private long _requestedAt;
    private long _deniedUntil;
    private string? _unused;

    private enum State
    {
        None,
        Requested,
        Granted,
        Denied,
        Failed,
    }

    /// <summary>Decides about a call. The token is that of the lease to use or to request, meaningless otherwise.</summary>
    public LeaseDecision Decide(long now, out string? token)
    {
        lock (_lock)
        {
            ExpireGranted(now);
            token = _token;
            switch (_state)
            {
                case State.Granted:
                    (_state, _token) = (State.None, null);
                    return LeaseDecision.ProbeWithLease;
                case State.Failed:
                    _state = State.None;
                    return LeaseDecision.ProbeWithoutLease;
                case State.Requested when now - _requestedAt >= AnswerTimeout:
                    return LeaseDecision.ProbeWithoutLease;
                case State.Requested:
                case State.Denied when now < _deniedUntil:
                    return LeaseDecision.Reject;
                default:
                    (_state, _token, _requestedAt) = (State.Requested, token = Guid.NewGuid().ToString("N"), now);
                    return LeaseDecision.RejectAndRequest;
            }
        }
    }

    /// <summary>Stores the answer to a request; <see cref="CommandAnswer.Stale"/> also for a request that failed.</summary>
    public void OnReply(string token, CommandAnswer answer, long deniedUntil)
    {
        lock (_lock)
        {
            if (_state == State.Requested && _token == token)
            {
                _deniedUntil = deniedUntil;
                _state = answer switch
                {
                    CommandAnswer.Accepted => State.Granted,
                    CommandAnswer.Denied => State.Denied,
                    _ => State.Failed,
                };
            }
            else if (answer == CommandAnswer.Accepted)
            {
                // The circuit has changed its state since the request.
                _unused = token;
            }
        }
    }

    /// <summary>Lets the next call request a lease, because one may be free again.</summary>
    public void ClearDenial()
    {
        lock (_lock)
        {
            _deniedUntil = 0;
        }
    }

    /// <summary>Forgets the lease, because the circuit has changed its state.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _unused = _state == State.Granted ? _token : _unused;
            (_state, _token) = (State.None, null);
        }
    }

    /// <summary>Returns the lease that no call used and that goes back to the server; null if there is none.</summary>
    public string? TakeUnused(long now)
    {
        lock (_lock)
        {
            ExpireGranted(now);
            var unused = _unused;
            _unused = null;
            return unused;
        }
    }

    private void ExpireGranted(long now)
    {
        if (_state == State.Granted && now - _requestedAt >= ClaimTimeout)
        {
            (_state, _unused, _token) = (State.Failed, _token, null);
        }
    }
}
