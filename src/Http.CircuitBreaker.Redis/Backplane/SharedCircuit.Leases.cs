using Http.CircuitBreaker.Redis.Protocol;

namespace Http.CircuitBreaker.Redis.Backplane;

// Its probes.
internal sealed partial class SharedCircuit
{
    /// <summary>What to do with a call that would become a probe.</summary>
    public LeaseStep NextLease(long now, in ProbeRequest request, ServerClock clock, out LeaseCommand? ask, out string? token)
    {
        lock (_lock)
        {
            var step = _leases.Next(now, out token);
            ask = step == LeaseStep.Ask
                ? new LeaseCommand(key, token!, _local.By(clock).OpenedAt, _record?.Version ?? 0, request.Probes, request.FailuresToOpen)
                : null;
            return step;
        }
    }

    /// <summary>The server has answered. False if the lease that it granted has to go back.</summary>
    public bool Leased(LeaseCommand ask, BackplaneReply reply, long now, ServerClock clock)
    {
        lock (_lock)
        {
            switch (reply.Answer)
            {
                case BackplaneAnswer.Accepted:
                    return _leases.Grant(ask.Token);
                case BackplaneAnswer.Denied:
                    _leases.Deny(ask.Token, now + Math.Max(0, reply.Until - clock.At(now)));
                    return true;
                default:
                    // The circuit is about to close by the record. Where it does not, the next call finds out by itself.
                    _leases.Fail(ask.Token);
                    return true;
            }
        }
    }

    public void LeaseFailed(string token)
    {
        lock (_lock)
        {
            _leases.Fail(token);
        }
    }
}
