using System.Diagnostics.Metrics;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Registry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Http.CircuitBreaker.Telemetry;

/// <summary>Writes log events, metrics and activities. An exception of a sink reaches neither calls nor circuits.</summary>
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

    /// <summary>Reports the circuits of a registry until it is removed.</summary>
    public void Add(CircuitRegistry registry) => _registries.Add(registry);

    public void Remove(CircuitRegistry registry) => _registries.Remove(registry);

    public void OnFailure(CircuitKey key, string reason) =>
        Guard((_metrics, key, reason), static it => it._metrics.RecordFailure(it.key, it.reason));

    public void OnRejection(HttpRequestMessage request, CircuitRejection rejection)
    {
        Guard((Logger, rejection), static it => LogRejected(it.Logger, it.rejection));
        Guard((request, rejection), static it => RejectionActivity.Record(it.request, it.rejection));
    }

    public void OnStateChange(CircuitStateChange change, CircuitSettings settings)
    {
        Guard((_metrics, change), static it => it._metrics.RecordChange(it.change));
        Guard((Logger, change, settings), static it => LogStateChange(it.Logger, it.change, it.settings));
    }

    public void OnUserCodeFailed(string what, string subject, Exception exception) =>
        Guard((Logger, what, subject, exception), static it => CircuitLog.UserCodeFailed(it.Logger, it.what, it.subject, it.exception));

    /// <summary>Reports an exception of user code the first time that it happens at a circuit.</summary>
    public void OnUserCodeFailedOnce(Circuit circuit, UserCallback callback, Exception exception)
    {
        if (circuit.IsFirst(callback))
        {
            OnUserCodeFailed(callback.ToString(), circuit.Key.ToString(), exception);
        }
    }

    public void OnReloadFailed(IReadOnlyCollection<string> clients, string error) =>
        Guard((Logger, clients, error), static it => CircuitLog.ReloadFailed(it.Logger, string.Join("', '", it.clients), it.error));

    public void OnScopeChangeIgnored(string client, CircuitScope present, CircuitScope configured) => Guard(
        (Logger, client, present, configured),
        static it => CircuitLog.ScopeChangeIgnored(it.Logger, it.client, it.present, it.configured));

    /// <summary>The breaker was moved in front of a retrying handler, or stays inside it because the options say so.</summary>
    public void OnPlaced(string client, string handler, bool isMoved) => Guard((Logger, client, handler, isMoved), static it =>
    {
        if (it.isMoved)
        {
            CircuitLog.MovedBeforeResilience(it.Logger, it.client, it.handler);
        }
        else
        {
            CircuitLog.KeptInsideResilience(it.Logger, it.client, it.handler);
        }
    });

    // A meter of the factory belongs to the factory.
    public void Dispose()
    {
        if (_ownsMeter)
        {
            _meter.Dispose();
        }
    }

    private static void LogRejected(ILogger logger, CircuitRejection rejection)
    {
        if (logger.IsEnabled(LogLevel.Debug))
        {
            var (key, retryAfter, retry) = (rejection.Key, rejection.RetryAfter, ChangeText.Retry(rejection.RetryAfter));
            CircuitLog.Rejected(logger, key, key.Client, key.Host, key.Port, rejection.State, retryAfter?.TotalSeconds, retry);
        }
    }

    private static void LogStateChange(ILogger logger, CircuitStateChange change, CircuitSettings settings)
    {
        if (!logger.IsEnabled(change.State is CircuitState.Open or CircuitState.Isolated ? LogLevel.Warning : LogLevel.Information))
        {
            return;
        }

        var key = change.Key;
        var (client, host, port) = (key.Client, key.Host, key.Port);
        var (cause, nextStep) = (ChangeText.Cause(change, settings), ChangeText.NextStep(change, settings));
        var breakSeconds = change.BreakDuration?.TotalSeconds;
        switch (change.State)
        {
            case CircuitState.Open when change.Reason == CircuitTransitionReason.Remote:
                CircuitLog.OpenedRemotely(
                    logger, key, client, host, port, cause, change.RemoteInstances, change.FailureReason, breakSeconds, nextStep);
                break;
            case CircuitState.Open:
                CircuitLog.Opened(
                    logger, key, client, host, port, cause, change.Reason, change.FailureReason, change.Failed, change.Total,
                    change.Overdue, breakSeconds, nextStep, change.ConsecutiveOpenings);
                break;
            case CircuitState.HalfOpen:
                CircuitLog.HalfOpened(logger, key, client, host, port, change.PreviousDuration.TotalSeconds, nextStep);
                break;
            case CircuitState.Closed:
                var outage = (change.OutageDuration ?? TimeSpan.Zero).TotalSeconds;
                CircuitLog.Closed(logger, key, client, host, port, cause, change.Reason, outage, change.Rejected);
                break;
            default:
                var place = change.Reason == CircuitTransitionReason.Remote ? " on another instance" : "";
                CircuitLog.Isolated(logger, key, client, host, port, place, change.IsolationReason ?? "none", nextStep);
                break;
        }
    }

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
}
