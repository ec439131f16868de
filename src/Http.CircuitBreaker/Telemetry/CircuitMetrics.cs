using System.Diagnostics.Metrics;

namespace Http.CircuitBreaker.Telemetry;

/// <summary>What is counted when it happens. A method for each event; nothing is paid where nobody listens.</summary>
internal sealed class CircuitMetrics
{
    private readonly Counter<long> _failures;
    private readonly Counter<long> _transitions;
    private readonly Histogram<double> _openDuration;

    public CircuitMetrics(Meter meter)
    {
        _failures = meter.CreateCounter<long>(TelemetryNames.Failures, "{request}", "Calls that counted as a failure, by host and reason.");
        _transitions = meter.CreateCounter<long>(TelemetryNames.Transitions, "{transition}", "Changes of state.");
        _openDuration = meter.CreateHistogram(
            TelemetryNames.OpenDuration,
            "s",
            "How long circuits stayed open.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600] });
    }

    public void Failed(CircuitKey key, string reason)
    {
        if (_failures.Enabled)
        {
            _failures.Add(1, Tags.Of(key).With(TelemetryNames.ErrorTypeTag, reason));
        }
    }

    public void Changed(CircuitStateChange change)
    {
        if (_transitions.Enabled)
        {
            var tags = Tags.Of(change.Key)
                .With(TelemetryNames.StateTag, TelemetryNames.Of(change.State))
                .With(TelemetryNames.PreviousStateTag, TelemetryNames.Of(change.PreviousState))
                .With(TelemetryNames.ReasonTag, TelemetryNames.Of(change.Reason));
            _transitions.Add(1, tags);
        }

        if (change.PreviousState == CircuitState.Open && _openDuration.Enabled)
        {
            _openDuration.Record(change.PreviousDuration.TotalSeconds, Tags.Of(change.Key));
        }
    }
}
