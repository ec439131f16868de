using System.Diagnostics.Metrics;

namespace Http.CircuitBreaker.Telemetry;

/// <summary>Instruments that are written when something happens, at no cost without listeners.</summary>
internal sealed class CircuitMetrics
{
    private readonly Counter<long> _failures;
    private readonly Counter<long> _transitions;
    private readonly Histogram<double> _openDuration;

    public CircuitMetrics(Meter meter)
    {
        _failures = meter.CreateCounter<long>(TelemetryNames.Failures, "{request}", "Calls that counted as a failure, by host and reason.");
        _transitions = meter.CreateCounter<long>(TelemetryNames.Transitions, "{transition}", "Changes of a circuit's state.");
        _openDuration = meter.CreateHistogram(
            TelemetryNames.OpenDuration,
            "s",
            "How long circuits stayed open.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600] });
    }

    public void RecordFailure(CircuitKey key, string reason)
    {
        if (_failures.Enabled)
        {
            _failures.Add(1, Tags.Create(key).With(TelemetryNames.ErrorTypeTag, reason));
        }
    }

    public void RecordChange(CircuitStateChange change)
    {
        if (_transitions.Enabled)
        {
            var tags = Tags.Create(change.Key)
                .With(TelemetryNames.StateTag, TelemetryNames.Format(change.State))
                .With(TelemetryNames.PreviousStateTag, TelemetryNames.Format(change.PreviousState))
                .With(TelemetryNames.ReasonTag, TelemetryNames.Format(change.Reason));
            _transitions.Add(1, tags);
        }

        if (change.PreviousState == CircuitState.Open && _openDuration.Enabled)
        {
            _openDuration.Record(change.PreviousDuration.TotalSeconds, Tags.Create(change.Key));
        }
    }
}
