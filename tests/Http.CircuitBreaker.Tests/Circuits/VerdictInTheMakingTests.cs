using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Circuits;

/// <summary>A call that arrives while another thread is taking the end of the last probe.</summary>
public sealed class VerdictInTheMakingTests
{
    [Fact]
    public void A_call_that_is_due_to_find_the_lease_over_waits_for_the_verdict()
    {
        var answer = Admission.Superseded;
        Thread? arriving = null;
        CircuitHarness? circuit = null;

        // The draw for the jitter is in the middle of an opening: the probe has ended, and the circuit has not moved on yet.
        circuit = new CircuitHarness(random: () =>
        {
            if (circuit!.State == CircuitState.HalfOpen)
            {
                var later = circuit.Now + (long)TimeSpan.FromDays(1).TotalMilliseconds;
                arriving = new Thread(() => answer = circuit.Circuit.TryAdmit(later, out _));
                arriving.Start();
                Assert.True(SpinWait.SpinUntil(() => (arriving.ThreadState & (ThreadState.WaitSleepJoin | ThreadState.Stopped)) != 0, TimeSpan.FromSeconds(30)));
            }

            return 0;
        });
        circuit.OpenUntilProbe().Fail();

        Assert.True(arriving!.Join(TimeSpan.FromSeconds(30)));
        Assert.Equal(Admission.Admitted, answer);
    }
}
