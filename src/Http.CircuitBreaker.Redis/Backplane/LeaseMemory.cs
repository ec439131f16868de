using Http.CircuitBreaker.Redis.Protocol;

namespace Http.CircuitBreaker.Redis.Backplane;

/// <summary>What is known of one circuit's leases: the request under way, the lease that nobody has used yet, the denial. Guarded by its circuit.</summary>
/// <remarks>
/// No answer keeps a circuit open: without one after <see cref="AnswerTimeout"/>, with a failed request, or with a lease that ran out before a
/// call came to use it, the next call is a probe of this instance alone.
/// </remarks>
internal sealed class LeaseMemory
{
    public const long AnswerTimeout = 50;

    private string? _asked;
    private long _askedAt;
    private bool _hasFailed;
    private string? _token;
    private long _usableUntil;
    private long? _deniedUntil;

    public LeaseStep Next(long now, out string? token)
    {
        token = null;
        if (_token is not null)
        {
            (token, _token) = (now - _usableUntil < 0 ? _token : null, null);
            return token is null ? LeaseStep.ProbeAlone : LeaseStep.ProbeLeased;
        }

        if (_hasFailed)
        {
            _hasFailed = false;
            return LeaseStep.ProbeAlone;
        }

        if (_asked is not null)
        {
            return now - _askedAt < AnswerTimeout ? LeaseStep.Refuse : LeaseStep.ProbeAlone;
        }

        if (_deniedUntil is { } end && now - end < 0)
        {
            return LeaseStep.Refuse;
        }

        (_asked, _askedAt, _deniedUntil) = (token = Guid.NewGuid().ToString("N"), now, null);
        return LeaseStep.Ask;
    }

    /// <summary>False if nobody waits for it any more: the lease has to go back.</summary>
    public bool Grant(string token)
    {
        if (_asked != token)
        {
            return false;
        }

        // Whoever uses it must be heard of before the server's deadline, which began after the request.
        (_asked, _token, _usableUntil) = (null, token, _askedAt + (BackplaneIdentity.Claim * 9 / 10));
        return true;
    }

    public void Deny(string token, long until)
    {
        if (_asked == token)
        {
            (_asked, _deniedUntil) = (null, until);
        }
    }

    public void Fail(string token)
    {
        if (_asked == token)
        {
            (_asked, _hasFailed) = (null, true);
        }
    }

    /// <summary>A slot may be free again.</summary>
    public void ForgetDenial() => _deniedUntil = null;

    /// <summary>The circuit began another spell, or the fleet reached a verdict: what was asked for does not matter any more. The lease to be given back, if any.</summary>
    public string? Clear()
    {
        var unused = _token;
        (_asked, _hasFailed, _token, _deniedUntil) = (null, false, null, null);
        return unused;
    }
}
