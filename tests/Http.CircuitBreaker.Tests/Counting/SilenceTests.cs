using Http.CircuitBreaker.Counting;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Counting;

public sealed class SilenceTests
{
    private const long Start = 1_000_000;

    private Silence _silence;

    public SilenceTests() => _silence.End(Start - 50, Start, isAnswer: true, isCanceled: false, isExempt: false);

    [Fact]
    public void Measured_silence_of_the_host_grows_by_at_most_250_ms_with_each_call()
    {
        for (var call = 1; call < 12; call++)
        {
            _silence.Advance(Start + (call * 10_000));
            Assert.False(_silence.IsReached(Start + (call * 10_000), inFlight: 20, minimum: 10));
        }

        _silence.Advance(Start + 120_000);
        Assert.True(_silence.IsReached(Start + 120_000, inFlight: 20, minimum: 10));
    }

    [Fact]
    public void Clock_value_from_the_past_does_not_add_to_the_measured_silence_of_the_host()
    {
        for (var call = 1; call < 1_000; call++)
        {
            _silence.Advance(Start + (call % 2));
        }

        Assert.False(_silence.Advance(Start + 2));
    }

    [Fact]
    public void Concurrent_calls_add_the_elapsed_time_to_the_measured_silence_only_once()
    {
        CircuitThreads.RunTogether(8, _ =>
        {
            for (var now = Start; now <= Start + 250; now++)
            {
                _silence.Advance(now);
            }
        });

        Assert.True(_silence.Advance(Start + 251));
        Assert.False(_silence.IsReached(Start + 251, inFlight: 20, minimum: 10));
    }

    [Fact]
    public void Measured_silence_is_correct_when_32_bit_milliseconds_wrap_around()
    {
        const long Wrap = 1L << 32;
        _silence.End(Wrap - 60, Wrap - 10, isAnswer: true, isCanceled: false, isExempt: false);

        Assert.False(_silence.Advance(Wrap + 100));
        Assert.True(_silence.Advance(Wrap + 300));
    }
}
