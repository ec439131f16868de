using Http.CircuitBreaker.Redis.Backplane;
using Http.CircuitBreaker.Redis.Protocol;

namespace Http.CircuitBreaker.Redis.Tests.Backplane;

/// <summary>Which calls of one instance may probe.</summary>
public sealed class ProbeLeaseTests
{
    private readonly ProbeLease _lease = new();

    [Fact]
    public void First_call_requests_a_lease_and_a_later_call_probes_with_it()
    {
        Assert.Equal(LeaseDecision.RejectAndRequest, _lease.Decide(0, out var token));
        Assert.Equal(LeaseDecision.Reject, _lease.Decide(ProbeLease.AnswerTimeout - 1, out _));
        _lease.OnReply(token!, CommandAnswer.Accepted, 0);

        Assert.Equal(LeaseDecision.ProbeWithLease, _lease.Decide(ProbeLease.ClaimTimeout - 1, out var used));
        Assert.Equal(token, used);
        Assert.Null(_lease.TakeUnused(ProbeLease.ClaimTimeout));
    }

    [Fact]
    public void Call_probes_without_a_lease_if_the_request_is_unanswered()
    {
        _lease.Decide(0, out _);

        Assert.Equal(LeaseDecision.ProbeWithoutLease, _lease.Decide(ProbeLease.AnswerTimeout, out _));
    }

    [Fact]
    public void One_call_probes_without_a_lease_after_a_failed_request()
    {
        _lease.Decide(0, out var token);
        _lease.OnReply(token!, CommandAnswer.Stale, 0);

        Assert.Equal(LeaseDecision.ProbeWithoutLease, _lease.Decide(1, out _));
        Assert.Equal(LeaseDecision.RejectAndRequest, _lease.Decide(1, out _));
    }

    [Fact]
    public void Denied_lease_is_requested_again_after_the_denial_ends_or_a_new_record()
    {
        _lease.Decide(0, out var token);
        _lease.OnReply(token!, CommandAnswer.Denied, deniedUntil: 100);
        Assert.Equal(LeaseDecision.Reject, _lease.Decide(99, out _));

        _lease.Clear(isNewState: false);

        Assert.Equal(LeaseDecision.RejectAndRequest, _lease.Decide(99, out _));
    }

    [Fact]
    public void Unused_lease_is_returned_and_the_next_call_probes_without_a_lease()
    {
        _lease.Decide(0, out var token);
        _lease.OnReply(token!, CommandAnswer.Accepted, 0);

        Assert.Equal(token, _lease.TakeUnused(ProbeLease.ClaimTimeout));
        Assert.Null(_lease.TakeUnused(ProbeLease.ClaimTimeout));
        Assert.Equal(LeaseDecision.ProbeWithoutLease, _lease.Decide(ProbeLease.ClaimTimeout, out _));
    }

    [Fact]
    public void Lease_granted_after_a_state_change_is_returned()
    {
        _lease.Decide(0, out var token);
        _lease.Clear(isNewState: true);

        _lease.OnReply(token!, CommandAnswer.Accepted, 0);

        Assert.Equal(token, _lease.TakeUnused(1));
        Assert.Equal(LeaseDecision.RejectAndRequest, _lease.Decide(1, out _));
    }
}
