using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Http.CircuitBreaker.Redis.Telemetry;

/// <summary>Logs when Redis stops responding or responds again, and publishes the meter <c>Http.CircuitBreaker.Redis</c>.</summary>
internal sealed class BackplaneTelemetry : IDisposable
{
    private const string MeterName = "Http.CircuitBreaker.Redis";

    // Server errors that a retry cannot fix. Other errors, such as LOADING or READONLY, are temporary.
    private static readonly string[] _refusals =
        ["unknown command", "scripting", "NOPERM", "WRONGPASS", "NOAUTH", "Script", "script", "compile"];

    private readonly ILogger _logger;
    private readonly bool _ownsMeter;
    private readonly Meter _meter;
    private readonly Counter<long> _commands;
    private readonly Counter<long> _dropped;
    private int _state;
    private int _instances;

    public BackplaneTelemetry(ILogger logger, IMeterFactory? factory)
    {
        (_logger, _ownsMeter) = (logger, factory is null);
        _meter = factory?.Create(MeterName) ?? new Meter(MeterName);
        _commands = _meter.CreateCounter<long>("http_circuit_breaker.backplane.commands", "{command}", "Commands sent to Redis.");
        _dropped = _meter.CreateCounter<long>("http_circuit_breaker.backplane.dropped", "{command}", "Commands dropped at a full queue.");
        _meter.CreateObservableUpDownCounter(
            "http_circuit_breaker.backplane.connected", () => IsConnected ? 1 : 0, "{connection}", "1 while Redis responds, otherwise 0.");
        _meter.CreateObservableUpDownCounter(
            "http_circuit_breaker.backplane.instances",
            () => Volatile.Read(ref _instances),
            "{instance}",
            "Live instances, including this one.");
    }

    private enum State
    {
        Unknown,
        Connected,
        Disconnected,
        Misconfigured,
    }

    /// <summary>Whether the last poll or command succeeded.</summary>
    public bool IsConnected => Volatile.Read(ref _state) == (int)State.Connected;

    public void OnPolled(int instances) => Volatile.Write(ref _instances, instances);

    public void OnJoined(string instance, string prefix) => Emit(() => BackplaneLog.Joined(_logger, instance, prefix, _instances));

    public void OnDropped() => Emit(() => _dropped.Add(1));

    public void OnApplyFailed(Exception exception) => Emit(() => BackplaneLog.ApplyFailed(_logger, exception));

    /// <summary>Records the result of a poll or command. An exception means that it failed.</summary>
    public void OnCompleted(string command, Exception? exception)
    {
        var state = exception is null ? State.Connected : IsMisconfigured(exception) ? State.Misconfigured : State.Disconnected;
        var before = (State)Interlocked.Exchange(ref _state, (int)state);
        var tag = new KeyValuePair<string, object?>("error.type", exception?.GetType().FullName);
        Emit(() => _commands.Add(1, new("http_circuit_breaker.backplane.command", command), tag));
        switch (state)
        {
            case State.Connected when before is State.Disconnected or State.Misconfigured:
                Emit(() => BackplaneLog.Reconnected(_logger));
                break;
            case State.Disconnected when before is State.Unknown or State.Connected:
                Emit(() => BackplaneLog.Disconnected(_logger, exception!));
                break;
            case State.Misconfigured when before != State.Misconfigured:
                Emit(() => BackplaneLog.Misconfigured(_logger, exception!.Message.TrimEnd('.'), exception));
                break;
        }
    }

    public void Dispose()
    {
        if (_ownsMeter)
        {
            _meter.Dispose();
        }
    }

    private static bool IsMisconfigured(Exception exception) =>
        exception is ArgumentException or InvalidOperationException or FormatException
        || (exception is RedisServerException && _refusals.Any(word => exception.Message.Contains(word, StringComparison.Ordinal)));

    // Loggers and metric listeners are user code. If they throw, there is nowhere to report it, so the exception is swallowed.
    private static void Emit(Action telemetry)
    {
        try
        {
            telemetry();
        }
        catch (Exception)
        {
        }
    }
}
