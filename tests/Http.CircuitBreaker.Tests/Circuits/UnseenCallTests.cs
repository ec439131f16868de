using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Circuits;

/// <summary>A closed circuit counts a call when it is known whether it ended at once. Until then nobody sees it, and the circuit may move on.</summary>
public sealed class UnseenCallTests
{
    private readonly CircuitHarness _circuit = new();

    [Fact]
    public void A_success_at_once_is_counted_like_any_other_and_never_in_flight()
    {
        _circuit.Fail(3);
        Admit().SucceedAtOnce();

        var snapshot = _circuit.Snapshot;
        Assert.Equal((4, 3), (snapshot.Total, snapshot.Failed));
        Assert.Equal((1, 3, 0), (snapshot.TotalSucceeded, snapshot.TotalFailed, snapshot.InFlight));
    }

    [Fact]
    public void A_success_at_once_in_a_new_slice_of_time_writes_down_what_was_before_it()
    {
        Admit().SucceedAtOnce();
        Admit().SucceedAtOnce();
        _circuit.Wait(9.5);
        Admit().SucceedAtOnce();
        Assert.Equal(3, _circuit.Snapshot.Total);

        _circuit.Wait(1);
        Assert.Equal((1, 3), (_circuit.Snapshot.Total, _circuit.Snapshot.TotalSucceeded));
    }

    [Fact]
    public void A_success_at_once_ends_a_row_of_failures()
    {
        var circuit = new CircuitHarness(s => s with { ConsecutiveFailures = 3, MinimumThroughput = 100 });
        circuit.Fail(2);
        Admit(circuit).SucceedAtOnce();

        circuit.Fail(2).Is(Closed).Fail().Is(Open);
    }

    [Fact]
    public void A_probe_that_succeeds_at_once_closes_the_circuit()
    {
        _circuit.OpenUntilProbe();
        Admit().SucceedAtOnce();

        Assert.Equal((Closed, 1, 0), (_circuit.State, _circuit.Snapshot.TotalSucceeded, _circuit.Snapshot.InFlight));
    }

    [Fact]
    public void A_call_that_succeeds_at_once_after_its_phase_is_over_is_in_the_totals_once()
    {
        var (first, second) = (Admit(), Admit());
        _circuit.Succeed().Isolate().Reset();
        first.SucceedAtOnce();
        Assert.Equal((2, 0), (_circuit.Snapshot.TotalSucceeded, _circuit.Snapshot.InFlight));

        second.SucceedAtOnce();
        Assert.Equal((3, 0, 0), (_circuit.Snapshot.TotalSucceeded, _circuit.Snapshot.InFlight, _circuit.Snapshot.Total));
    }

    [Theory]
    [InlineData(CircuitOutcome.Success, 2, 0, 0)]
    [InlineData(CircuitOutcome.Failure, 1, 1, 0)]
    [InlineData(CircuitOutcome.Ignored, 1, 0, 1)]
    public void A_call_that_is_seen_after_its_phase_is_over_is_in_flight_until_it_ends(CircuitOutcome outcome, long succeeded, long failed, long ignored)
    {
        var permit = Admit();
        _circuit.Succeed().Isolate().Reset();
        permit.Start();
        Assert.Equal((1, 1), (_circuit.Snapshot.TotalSucceeded, _circuit.Snapshot.InFlight));

        permit.Settle(new CallResult(outcome, outcome == CircuitOutcome.Failure ? "500" : null), _circuit.Now);

        var snapshot = _circuit.Snapshot;
        Assert.Equal((succeeded, failed, ignored), (snapshot.TotalSucceeded, snapshot.TotalFailed, snapshot.TotalIgnored));
        Assert.Equal((0, 0, Closed), (snapshot.InFlight, snapshot.Total, snapshot.State));
    }

    [Fact]
    public void A_retired_circuit_tells_of_each_call_that_changes_its_accounts_and_gives_them_away_once()
    {
        var (atOnce, late, last) = (Admit(), Admit(), Admit());
        _circuit.Succeed();
        Assert.True(_circuit.Circuit.TryRetire(_circuit.Now));
        Assert.Equal((1, 0, 0), Taken());
        Assert.Equal((0, 0, 0), Taken());

        atOnce.SucceedAtOnce();
        Assert.Equal((1, (1, 0, 0)), (_circuit.LateAccounts, Taken()));

        late.Start();
        Assert.Equal((2, (0, 0, 1)), (_circuit.LateAccounts, Taken()));
        last.SucceedAtOnce();
        Assert.Equal((3, (1, 0, 1)), (_circuit.LateAccounts, Taken()));
        late.Settle(CallResult.Failure("500"), _circuit.Now);
        Assert.Equal((0, 1, 0), Taken());
        Assert.Equal((0, 0, 0), Taken());
    }

    [Fact]
    public void A_body_that_breaks_after_its_circuit_has_retired_moves_from_the_successes_to_the_failures()
    {
        var permit = _circuit.StartPermit();
        permit.Settle(CallResult.Success with { IsBodyToCome = true }, _circuit.Now);
        Assert.True(_circuit.Circuit.TryRetire(_circuit.Now));
        Assert.Equal((1, 0, 0), Taken());

        permit.SettleBody(CallResult.Failure("response_ended"), _circuit.Now);

        Assert.Equal((1, (-1, 1, 0)), (_circuit.LateAccounts, Taken()));
    }

    [Fact]
    public void A_call_that_was_only_observed_is_in_the_accounts_of_a_retired_circuit_too()
    {
        var circuit = new CircuitHarness(s => s with { Mode = CircuitBreakerMode.Observe });
        circuit.Fail(4).Is(Open);
        var observed = Admit(circuit);
        observed.SucceedAtOnce();
        circuit.Wait(100_000);
        Assert.True(circuit.Circuit.TryRetire(circuit.Now));
        Assert.Equal((1, 4, 0), Taken(circuit));

        Assert.Equal(Admission.Admitted, observed.Phase.TryAdmit(circuit.Now, out var late));
        Assert.Equal((1, (0, 0, 1)), (circuit.LateAccounts, Taken(circuit)));
        late.Settle(CallResult.Failure("500"), circuit.Now);
        Assert.Equal((0, 1, 0), Taken(circuit));
    }

    [Fact]
    public void While_the_circuit_moves_on_all_the_time_each_call_is_in_the_totals_once()
    {
        const int Threads = 4;
        const int Calls = 50_000;
        var circuit = _circuit.Circuit;
        var left = Threads;

        CircuitThreads.RunTogether(Threads + 1, thread =>
        {
            if (thread == 0)
            {
                while (Volatile.Read(ref left) > 0)
                {
                    circuit.TryReset(now: 0);
                }

                return;
            }

            try
            {
                End(circuit, Calls);
            }
            finally
            {
                Interlocked.Decrement(ref left);
            }
        });

        var (ended, inFlight, _) = circuit.Accounts();
        Assert.Equal((Threads * Calls / 2, 0, Threads * Calls / 2), (ended.Succeeded, ended.Failed, ended.Ignored));
        Assert.Equal(0, inFlight);
    }

    [Fact]
    public void A_rejection_by_a_circuit_that_has_just_retired_is_in_its_accounts()
    {
        var leases = new CircuitLeases();
        var circuit = new CircuitHarness(leases: leases).OpenUntilProbe();
        leases.OnAsked = () => Assert.True(circuit.Circuit.TryRetire(circuit.Now + 1_000_000_000));

        circuit.Reject();

        Assert.Equal((1, 1), (circuit.LateAccounts, circuit.Circuit.TakeAccounts().Rejected));
    }

    // By turns at once and after it was seen.
    private static void End(Circuit circuit, int calls)
    {
        for (var i = 0; i < calls; i++)
        {
            Assert.Equal(Admission.Admitted, circuit.TryAdmit(now: 0, out var permit));
            if (i % 2 == 0)
            {
                permit.SucceedAtOnce();
                continue;
            }

            permit.Start();
            permit.Settle(CallResult.Ignored, now: 0);
        }
    }

    private (long Succeeded, long Failed, long InFlight) Taken(CircuitHarness? circuit = null)
    {
        var (ended, inFlight, _) = (circuit ?? _circuit).Circuit.TakeAccounts();
        return (ended.Succeeded, ended.Failed, inFlight);
    }

    private Permit Admit(CircuitHarness? circuit = null)
    {
        circuit ??= _circuit;
        Assert.Equal(Admission.Admitted, circuit.Circuit.TryAdmit(circuit.Now, out var permit));
        return permit;
    }
}
