using Http.CircuitBreaker.Redis.Protocol;

namespace Http.CircuitBreaker.Redis.Backplane;

/// <summary>What to do with a call that would become a probe.</summary>
/// <remarks>
/// <c>RejectAndRequest</c> rejects the call and requests a lease for a later call. <c>ProbeWithoutLease</c> means that the lease request
/// was not answered in time or failed, that an unused lease expired, or that the circuit is open only on this instance.
/// </remarks>
internal enum LeaseDecision { Reject, RejectAndRequest, ProbeWithLease, ProbeWithoutLease }

/// <summary>The probe lease of one circuit: the permission to send a probe.</summary>
/// <remarks>
/// A lost request or lease must not keep a circuit open. The next call is therefore sent as a probe without a lease if a lease request is
/// unanswered after <see cref="AnswerTimeout"/>, if the request fails, or if an unused lease expires.
/// </remarks>
internal sealed class ProbeLease
{
    /// <summary>How long calls are rejected while a lease request is unanswered, in milliseconds.</summary>
    public const long AnswerTimeout = 50;

    /// <summary>How long a lease can stay unused, in milliseconds since it was requested.</summary>
    public const long ClaimTimeout = 10_000;

    private readonly Lock _lock = new();
    private State _state;
    private string? _token;
    private long _requestedAt;
    private long _deniedUntil;
    private string? _unused;

    private enum State { None, Requested, Granted, Denied, Failed }

    /// <summary>Decides what to do with a call. <paramref name="token"/> is valid only if the call uses or requests a lease.</summary>
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

    /// <summary>Stores the answer to a lease request. Pass <see cref="CommandAnswer.Stale"/> if the request failed.</summary>
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
                // The circuit has changed state since the request, so the lease will not be used.
                _unused = token;
            }
        }
    }

    /// <summary>
    /// Forgets that a lease was denied, so that the next call can request one. If <paramref name="isNewState"/> is true, also discards a
    /// pending request or a granted lease. The discarded lease is later returned to the server.
    /// </summary>
    public void Clear(bool isNewState)
    {
        lock (_lock)
        {
            _deniedUntil = 0;
            if (isNewState)
            {
                _unused = _state == State.Granted ? _token : _unused;
                (_state, _token) = (State.None, null);
            }
        }
    }

    /// <summary>Removes and returns the unused lease, which the caller must give back to the server; null if there is none.</summary>
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
