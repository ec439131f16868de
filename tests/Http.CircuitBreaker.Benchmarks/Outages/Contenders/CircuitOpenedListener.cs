using Polly.Telemetry;

namespace Http.CircuitBreaker.Benchmarks.Outages.Contenders;

/// <summary>
/// Reports openings of the peer's circuit synchronously. The peer's OnOpened callback runs on the thread pool, which would change the order
/// of events.
/// </summary>
internal sealed class CircuitOpenedListener(Action opened) : TelemetryListener
{
    public override void Write<TResult, TArgs>(in TelemetryEventArguments<TResult, TArgs> args)
    {
        if (args.Event.EventName == "OnCircuitOpened")
        {
            opened();
        }
    }
}
