using Http.CircuitBreaker.Redis.Backplane;
using Http.CircuitBreaker.Redis.Protocol;

namespace Http.CircuitBreaker.Redis.Tests.Backplane;

/// <summary>Which calls of one instance may probe.</summary>
public sealed class ProbeLeaseTests
{
    private readonly ProbeLease _lease = new();

    [Fact]
    public void First_call_after_a_break_requests_a_probe_lease_and_a_later_call_uses_it()
    {
        Assert.Equal(LeaseDecision.RejectAndRequest, _lease.Decide(0, out var token));
        Assert.Equal(LeaseDecision.Reject, _lease.Decide(ProbeLease.AnswerTimeout - 1, out _));
        _lease.OnReply(token!, CommandAnswer.Accepted, 0);

        Assert.Equal(LeaseDecision.ProbeWithLease, _lease.Decide(ProbeLease.ClaimTimeout - 1, out var used));
        Assert.Equal(token, used);
        Assert.Null(_lease.TakeUnused(ProbeLease.ClaimTimeout));
    }

    [Fact]
    public void Call_becomes_a_probe_without_a_lease_if_the_lease_request_is_not_answered_in_time()
    {
        _lease.Decide(0, out _);

        Assert.Equal(LeaseDecision.ProbeWithoutLease, _lease.Decide(ProbeLease.AnswerTimeout, out _));
    }

    [Fact]
    public void Only_one_call_becomes_a_probe_without_a_lease_after_a_failed_lease_request()
    {
        _lease.Decide(0, out var token);
        _lease.OnReply(token!, CommandAnswer.Stale, 0);

        Assert.Equal(LeaseDecision.ProbeWithoutLease, _lease.Decide(1, out _));
        Assert.Equal(LeaseDecision.RejectAndRequest, _lease.Decide(1, out _));
    }

    [Fact]
    public void Denied_probe_lease_is_requested_again_after_a_new_record_of_the_circuit()
    {
        _lease.Decide(0, out var token);
        _lease.OnReply(token!, CommandAnswer.Denied, deniedUntil: 100);
        Assert.Equal(LeaseDecision.Reject, _lease.Decide(99, out _));

        _lease.Clear(isNewState: false);

        Assert.Equal(LeaseDecision.RejectAndRequest, _lease.Decide(99, out _));
    }

    [Fact]
    public void Unused_probe_lease_is_returned_and_the_next_call_becomes_a_probe_without_a_lease()
    {
        _lease.Decide(0, out var token);
        _lease.OnReply(token!, CommandAnswer.Accepted, 0);

        Assert.Equal(token, _lease.TakeUnused(ProbeLease.ClaimTimeout));
        Assert.Null(_lease.TakeUnused(ProbeLease.ClaimTimeout));
        Assert.Equal(LeaseDecision.ProbeWithoutLease, _lease.Decide(ProbeLease.ClaimTimeout, out _));
    }

    [Fact]
    public void Probe_lease_granted_after_the_circuit_changed_state_is_returned_unused()
    {
        _lease.Decide(0, out var token);
        _lease.Clear(isNewState: true);

        _lease.OnReply(token!, CommandAnswer.Accepted, 0);

        Assert.Equal(token, _lease.TakeUnused(1));
        Assert.Equal(LeaseDecision.RejectAndRequest, _lease.Decide(1, out _));
    }
}
