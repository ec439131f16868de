using System.Diagnostics.Metrics;

namespace Http.CircuitBreaker.Redis.Telemetry;

/// <summary>What sharing costs and whether it works. The meter is <c>Http.CircuitBreaker.Redis</c>.</summary>
internal sealed class BackplaneMetrics : IDisposable
{
    public const string Source = "Http.CircuitBreaker.Redis";

    private readonly Meter _meter;
    private readonly bool _ownsMeter;
    private readonly Counter<long> _commands;
    private readonly Counter<long> _dropped;

    public BackplaneMetrics(IMeterFactory? factory, Func<bool> isConnected, Func<int> instances)
    {
        _ownsMeter = factory is null;
        _meter = factory?.Create(Source) ?? new Meter(Source);
        _commands = _meter.CreateCounter<long>("http_circuit_breaker.backplane.commands", "{command}", "Commands sent to Redis.");
        _dropped = _meter.CreateCounter<long>("http_circuit_breaker.backplane.dropped", "{command}", "Commands that found no room among those waiting to be sent.");
        _meter.CreateObservableUpDownCounter("http_circuit_breaker.backplane.connected", () => isConnected() ? 1 : 0, "{connection}", "1 while Redis answers.");
        _meter.CreateObservableUpDownCounter("http_circuit_breaker.backplane.instances", instances, "{instance}", "Live instances of the fleet, as this one knows.");
    }

    public void Sent(string kind, string? error)
    {
        if (_commands.Enabled)
        {
            _commands.Add(1, new KeyValuePair<string, object?>("http_circuit_breaker.backplane.command", kind), new KeyValuePair<string, object?>("error.type", error));
        }
    }

    public void Dropped() => _dropped.Add(1);

    // A meter of the factory is the factory's to dispose.
    public void Dispose()
    {
        if (_ownsMeter)
        {
            _meter.Dispose();
        }
    }
}
