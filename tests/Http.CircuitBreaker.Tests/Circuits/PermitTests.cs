using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Circuits;

public sealed class PermitTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-5)]
    [InlineData(1L << 61)]
    [InlineData(-1L << 61)]
    public void It_keeps_the_moment_of_the_admission_whether_the_call_is_counted_or_not(long admittedAt)
    {
        var phase = new CircuitHarness().Circuit.Phase;

        Assert.Equal(admittedAt, new Permit(phase, admittedAt, isStarted: false).AdmittedAt);
        Assert.Equal(admittedAt, new Permit(phase, admittedAt, isStarted: true).AdmittedAt);
    }
}
