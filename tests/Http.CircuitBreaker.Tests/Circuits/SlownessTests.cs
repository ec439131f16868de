using System.Net;
using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Circuits;

/// <summary>A host whose responses take much longer than usual opens its circuit, without a configured limit.</summary>
public sealed class SlownessTests : IDisposable
{
    private readonly HandlerRig _rig = new(options =>
    {
        options.UnresponsiveDetection = UnresponsiveDetection.SilenceAndSlowness;
        options.MaxBreakDuration = null;
        options.ConsecutiveFailures = null;
    });

    private double _seconds = 0.05;

    public SlownessTests() => _rig.Answer = (_, _) =>
    {
        _rig.Time.Advance(TimeSpan.FromSeconds(_seconds));
        return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
    };

    [Fact]
    public async Task Circuit_opens_when_most_responses_take_much_longer_than_usual()
    {
        await CallAsync(60, taking: 0.05);

        await CallAsync(40, taking: 3);

        Assert.Equal(Open, _rig.Circuit.State);
        Assert.Equal("slow", _rig.Circuit.LastFailureReason);
    }

    [Theory]
    [InlineData(0.05, 0.95)]
    [InlineData(0.5, 4.5)]
    public async Task Response_is_not_slow_below_one_second_or_ten_times_the_usual_duration(double usual, double taking)
    {
        await CallAsync(60, usual);

        await CallAsync(60, taking);

        Assert.Equal(Closed, _rig.Circuit.State);
        Assert.Equal(0, _rig.Circuit.TotalFailed);
    }

    [Fact]
    public async Task A_few_slow_responses_do_not_open_the_circuit()
    {
        for (var i = 0; i < 1_000; i++)
        {
            await CallAsync(1, taking: i % 10 == 0 ? 1.5 : 0.05);
        }

        Assert.Equal(Closed, _rig.Circuit.State);
    }

    [Fact]
    public async Task Response_is_not_slow_until_the_usual_duration_is_known()
    {
        await CallAsync(20, taking: 0.05);

        await CallAsync(60, taking: 3);

        Assert.Equal(Closed, _rig.Circuit.State);
    }

    [Fact]
    public async Task Slow_probe_reopens_the_circuit_and_a_fast_probe_closes_it()
    {
        await CallAsync(60, taking: 0.05);
        await CallAsync(40, taking: 3);

        await CallAsync(10, taking: 3);
        Assert.Equal(Open, _rig.Circuit.State);

        await CallAsync(10, taking: 0.05);
        Assert.Equal(Closed, _rig.Circuit.State);
    }

    [Fact]
    public async Task Circuit_is_closed_after_the_host_has_stayed_slow_for_a_long_time()
    {
        await CallAsync(600, taking: 0.05);

        await CallAsync(3_000, taking: 3);

        Assert.Equal(Closed, _rig.Circuit.State);
    }

    [Theory]
    [InlineData(UnresponsiveDetection.Silence, null)]
    [InlineData(UnresponsiveDetection.SilenceAndSlowness, 10.0)]
    public async Task Usual_response_time_is_not_learned_by_default_or_if_SlowCallDuration_is_set(
        UnresponsiveDetection detection, double? limit)
    {
        _rig.Options.UnresponsiveDetection = detection;
        _rig.Options.SlowCallDuration = limit is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        using var rig = new CircuitBreakerHandler(_rig.Options, registry: null, _rig.Time) { InnerHandler = _rig.Inner };
        using var client = new HttpMessageInvoker(rig);
        for (var i = 0; i < 100; i++)
        {
            _seconds = i < 60 ? 0.05 : 3;
            await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, HandlerRig.Url), default);
            _rig.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(Closed, rig.Circuits.Find(HandlerRig.Key)!.State);
    }

    public void Dispose() => _rig.Dispose();

    // One call per second, as the usual duration is learned from one response per second.
    private async Task CallAsync(int count, double taking)
    {
        _seconds = taking;
        for (var i = 0; i < count; i++)
        {
            await _rig.SendAsync();
            _rig.Time.Advance(TimeSpan.FromSeconds(1));
        }
    }
}
