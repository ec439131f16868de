using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Pipeline;

/// <summary>The call timeout elapses while another result is being classified.</summary>
public sealed class CallTimeoutRaceTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Exception_that_arrives_before_CallTimeout_is_rethrown_even_if_Classify_exceeds_the_timeout(bool isSynchronous)
    {
        HandlerRig? rig = null;
        rig = new HandlerRig(options =>
        {
            options.CallTimeout = TimeSpan.FromSeconds(1);
            options.Classify = _ =>
            {
                rig!.Time.Advance(TimeSpan.FromSeconds(2));
                return null;
            };
        });
        rig.AnswerWith(new InvalidOperationException("a handler's bug"));

        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => isSynchronous ? Task.Run(() => rig.Send()) : rig.SendAsync());

        Assert.Equal("a handler's bug", fault.Message);
        Assert.Equal((0, 1), (rig.Circuit.TotalFailed, rig.Circuit.TotalIgnored));
        rig.Dispose();
    }
}
