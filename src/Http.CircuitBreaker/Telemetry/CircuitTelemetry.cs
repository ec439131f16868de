using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Registry;
using Http.CircuitBreaker.Printing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Http.CircuitBreaker.Telemetry;

/// <summary>Writes logs, metrics and activities. Exceptions in loggers and listeners do not affect calls or circuits.</summary>
internal sealed class CircuitTelemetry : IRegistryEvents, IDisposable
{
    private static readonly ActivitySource _activities = new(TelemetryNames.Source);

    private readonly ILogger _logger;
    private readonly Meter? _ownMeter;
    private readonly CircuitMetrics _metrics;

    public CircuitTelemetry(ILoggerFactory? loggerFactory, IMeterFactory? meterFactory)
    {
        _logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger(TelemetryNames.Source);
        _ownMeter = meterFactory is null ? new Meter(TelemetryNames.Source) : null;
        _metrics = new CircuitMetrics(_ownMeter ?? meterFactory!.Create(TelemetryNames.Source));
    }

    public void Add(CircuitRegistry registry) => _metrics.Add(registry);

    public void Remove(CircuitRegistry registry) => _metrics.Remove(registry);

    public void OnFailure(CircuitKey key, string reason) =>
        Guard((_metrics, key, reason), static it => it._metrics.RecordFailure(it.key, it.reason));

    public void OnRejection(HttpRequestMessage request, CircuitRejection rejection)
    {
        Guard((_logger, rejection), static it => LogRejected(it._logger, it.rejection));
        Guard((request, rejection), static it => RecordActivity(it.request, it.rejection));
    }

    public void OnStateChange(CircuitStateChange change, CircuitSettings settings)
    {
        Guard((_metrics, change), static it => it._metrics.RecordChange(it.change));
        Guard((_logger, change, settings), static it => LogStateChange(it._logger, it.change, it.settings));
    }

    public void OnUserCodeFailed(string callback, string subject, Exception exception) =>
        Guard(() => CircuitLog.UserCodeFailed(_logger, callback, subject, exception));

    public void OnReloadFailed(IReadOnlyCollection<string> clients, string error) =>
        Guard(() => CircuitLog.ReloadFailed(_logger, string.Join("', '", clients), error));

    /// <summary>Called if a background probe got a response that is neither a success nor a failure of the host.</summary>
    public void OnProbeRefusedOnce(Circuit circuit, Uri probe, HttpStatusCode status)
    {
        if (circuit.IsFirst(UserCallback.ProbePath))
        {
            var key = circuit.Key;
            Guard(() => CircuitLog.ProbePathRefused(_logger, key, key.Client, key.Host, key.Port, probe.PathAndQuery, (int)status));
        }
    }

    public void OnScopeChangeIgnored(string client, CircuitScope present, CircuitScope configured) =>
        Guard(() => CircuitLog.ScopeChangeIgnored(_logger, client, present, configured));

    /// <summary>Called if a handler that may retry calls was registered outside the circuit breaker.</summary>
    public void OnPlaced(string client, string handler, bool isMoved) => Guard(() =>
    {
        if (isMoved)
        {
            CircuitLog.MovedBeforeResilience(_logger, client, handler);
        }
        else
        {
            CircuitLog.KeptInsideResilience(_logger, client, handler);
        }
    });

    public void Dispose() => _ownMeter?.Dispose();

    private static void LogRejected(ILogger logger, CircuitRejection rejection)
    {
        if (logger.IsEnabled(LogLevel.Debug))
        {
            var (key, retryAfter, retry) = (rejection.Key, rejection.RetryAfter, ChangeText.Retry(rejection.RetryAfter));
            CircuitLog.Rejected(logger, key, key.Client, key.Host, key.Port, rejection.State, retryAfter?.TotalSeconds, retry);
        }
    }

    // HttpClient does not create a span for a rejected call. The current activity belongs to the caller, so create a separate one.
    private static void RecordActivity(HttpRequestMessage request, CircuitRejection rejection)
    {
        var key = rejection.Key;
        using var activity = _activities.CreateActivity(request.Method.Method, ActivityKind.Client);
        activity?
            .SetTag("http.request.method", request.Method.Method)
            .SetTag(TelemetryNames.ClientTag, key.Client)
            .SetTag(TelemetryNames.ServerAddressTag, key.Host)
            .SetTag(TelemetryNames.ServerPortTag, key.Port)
            .SetTag(TelemetryNames.NameTag, key.Name)
            .SetTag(TelemetryNames.StateTag, TelemetryNames.Format(rejection.State))
            .SetTag(TelemetryNames.ErrorTypeTag, TelemetryNames.CircuitOpen)
            .SetStatus(ActivityStatusCode.Error, "The circuit is open; the request was not sent.")
            .Start();
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
                var reason = PrintableText.Escape(change.IsolationReason ?? "none");
                CircuitLog.Isolated(logger, key, client, host, port, place, reason, nextStep);
                break;
        }
    }

    private static void Guard(Action report) => Guard(report, static action => action());

    // Passing the state as an argument avoids a closure for calls that fail or are rejected.
    private static void Guard<TState>(TState state, Action<TState> report)
    {
        try
        {
            report(state);
        }
        catch (Exception)
        {
            // Loggers and listeners are user code. If they throw, there is nowhere to report it.
        }
    }
}
