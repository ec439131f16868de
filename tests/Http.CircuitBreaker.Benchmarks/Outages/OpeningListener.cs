using Polly.Telemetry;

namespace Http.CircuitBreaker.Benchmarks.Outages;

/// <summary>Hears of the peer's openings. Its OnOpened would do so on a task of the thread pool, and the simulation would lose its order.</summary>
internal sealed class OpeningListener(Action opened) : TelemetryListener
{
    public override void Write<TResult, TArgs>(in TelemetryEventArguments<TResult, TArgs> args)
    {
        if (args.Event.EventName == "OnCircuitOpened")
        {
            opened();
        }
    }
}
