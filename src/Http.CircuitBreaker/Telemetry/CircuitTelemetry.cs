using System.Diagnostics.Metrics;
using System.Globalization;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Registry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Http.CircuitBreaker.Telemetry;

/// <summary>Turns what happens into log events and metrics.</summary>
internal sealed class CircuitTelemetry : IRegistryEvents, IDisposable
{
    private readonly Meter _meter;
    private readonly CircuitMetrics _metrics;
    private readonly RegistryMetrics _registries;
    private readonly bool _ownsMeter;

    public CircuitTelemetry(ILoggerFactory? loggerFactory, IMeterFactory? meterFactory)
    {
        Logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger(TelemetryNames.Source);
        _ownsMeter = meterFactory is null;
        _meter = meterFactory?.Create(TelemetryNames.Source) ?? new Meter(TelemetryNames.Source);
        _metrics = new CircuitMetrics(_meter);
        _registries = new RegistryMetrics(_meter);
    }

    public ILogger Logger { get; }

    /// <summary>Reports the circuits of a registry until it is forgotten.</summary>
    public void Observe(CircuitRegistry registry) => _registries.Observe(registry);

    public void Forget(CircuitRegistry registry) => _registries.Forget(registry);

    public void OnFailure(CircuitKey key, string reason) => Guard((_metrics, key, reason), static it => it._metrics.Failed(it.key, it.reason));

    public void OnRejection(HttpRequestMessage request, CircuitRejection rejection)
    {
        Guard((Logger, rejection), static it => CircuitLog.Rejected(it.Logger, it.rejection.Key, it.rejection.State));
        Guard((request, rejection), static it => RejectionActivity.Record(it.request, it.rejection));
    }

    public void OnStateChange(CircuitStateChange change)
    {
        Guard((_metrics, change), static it => it._metrics.Changed(it.change));
        Guard((this, change), static it => it.Item1.LogStateChange(it.change));
    }

    private void LogStateChange(CircuitStateChange change)
    {
        switch (change.State)
        {
            case CircuitState.Open when change.Reason == CircuitTransitionReason.Remote:
                CircuitLog.OpenedRemotely(
                    Logger, change.Key, change.BreakDuration?.TotalSeconds, change.Reason, change.RemoteInstances, change.FailureReason ?? "none");
                break;
            case CircuitState.Open:
                LogOpened(change);
                break;
            case CircuitState.HalfOpen:
                CircuitLog.HalfOpened(Logger, change.Key, change.PreviousDuration.TotalSeconds);
                break;
            case CircuitState.Closed:
                CircuitLog.Closed(Logger, change.Key, change.Reason);
                break;
            default:
                LogIsolated(change);
                break;
        }
    }

    public void OnUserFault(string what, string subject, Exception exception) =>
        Guard((Logger, what, subject, exception), static it => CircuitLog.UserCodeFailed(it.Logger, it.what, it.subject, it.exception));

    /// <summary>Reports a fault of the user's code the first time that it happens at a circuit.</summary>
    public void OnUserFaultOnce(Circuit circuit, CircuitFault fault, Exception exception)
    {
        if (circuit.IsFirst(fault))
        {
            OnUserFault(fault.ToString(), circuit.Key.ToString(), exception);
        }
    }

    public void OnReloadFailed(IReadOnlyCollection<string> clients, string error) =>
        Guard((Logger, clients, error), static it => CircuitLog.ReloadFailed(it.Logger, string.Join("', '", it.clients), it.error));

    public void OnScopeChangeIgnored(string client, CircuitScope present, CircuitScope configured) =>
        Guard(
            (Logger, client, present, configured),
            static it => CircuitLog.ScopeChangeIgnored(it.Logger, it.client, it.present, it.configured));

    /// <summary>The breaker was moved in front of a retrying handler, or was left inside it because the options say so.</summary>
    public void OnPlaced(string client, string handler, bool isMoved) => Guard(
        (Logger, client, handler, isMoved),
        static it =>
        {
            if (it.isMoved)
            {
                CircuitLog.StepsInFront(it.Logger, it.client, it.handler);
            }
            else
            {
                CircuitLog.StandsInside(it.Logger, it.client, it.handler);
            }
        });

    // Loggers and metric listeners are user code. If they throw there is nowhere to report it, so the exception is swallowed.
    private static void Guard<TState>(TState state, Action<TState> report)
    {
        try
        {
            report(state);
        }
        catch (Exception)
        {
        }
    }

    private void LogOpened(CircuitStateChange change) => CircuitLog.Opened(
        Logger,
        change.Key,
        change.BreakDuration?.TotalSeconds,
        change.Reason,
        change.Failed,
        change.Total,
        change.FailureReason ?? "none",
        change.Overdue,
        change.ConsecutiveOpenings);

    private void LogIsolated(CircuitStateChange change)
    {
        var duration = change.BreakDuration is { } end
            ? string.Create(CultureInfo.InvariantCulture, $"for {end.TotalSeconds:0.###} s")
            : "until it is reset";
        var place = change.Reason == CircuitTransitionReason.Remote ? "on another instance " : "";
        CircuitLog.Isolated(Logger, change.Key, place + duration, change.IsolationReason ?? "none");
    }

    // A meter of the factory is the factory's to dispose.
    public void Dispose()
    {
        if (_ownsMeter)
        {
            _meter.Dispose();
        }
    }
}
