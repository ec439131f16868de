using System.Diagnostics.Metrics;
using BenchmarkDotNet.Attributes;
using Http.CircuitBreaker.Benchmarks.Support;
using Polly;

namespace Http.CircuitBreaker.Benchmarks.Micro;

/// <summary>
/// The cost of single options, for a call whose body is read. A peer without the option is measured unchanged.
/// </summary>
public class OptionCosts : ComparisonBenchmark
{
    private MeterListener? _listener;

    public enum Change
    {
        None,
        BodyObservationOff,
        SlowCallDuration,
        CallTimeout,
        MetricsListener,
    }

    [ParamsAllValues]
    public Change Changed { get; set; }

    public override void Cleanup()
    {
        _listener?.Dispose();
        base.Cleanup();
    }

    private protected override void Configure(CircuitBreakerOptions options)
    {
        options.ObserveResponseBody = Changed != Change.BodyObservationOff;
        options.SlowCallDuration = Changed == Change.SlowCallDuration ? TimeSpan.FromSeconds(2) : null;
        options.CallTimeout = Changed == Change.CallTimeout ? TimeSpan.FromSeconds(10) : null;
    }

    private protected override void Configure(ResiliencePipelineBuilder<HttpResponseMessage> pipeline)
    {
        if (Changed == Change.CallTimeout)
        {
            pipeline.AddTimeout(TimeSpan.FromSeconds(10));
        }
    }

    private protected override void Arrange(Subject subject)
    {
        subject.Host.Answer = () => Task.FromResult(new HttpResponseMessage { Content = new StreamedContent() });
        if (Changed == Change.MetricsListener)
        {
            _listener ??= MetricsListener.Start("Http.CircuitBreaker", "Polly");
        }
    }

    private protected override async Task Call(Subject subject)
    {
        using var response = await subject.Client.GetAsync("https://host0.example/v1/charges");
    }
}
