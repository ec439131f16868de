using System.Diagnostics;
using System.Net;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Printing;
using Http.CircuitBreaker.Registry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Http.CircuitBreaker.Telemetry;

/// <summary>Writes logs, metrics and activities. Exceptions in loggers and listeners do not affect calls or circuits.</summary>
internal sealed class CircuitTelemetry(Func<ILoggerFactory?> loggers, CircuitMetrics metrics) : IRegistryEvents
{
    private static readonly ActivitySource _activities = new(TelemetryNames.Source);

    [ThreadStatic]
    private static bool _isCreatingLogger;

    private ILogger? _logger;
    private bool _hasMetricsFailed;

    // The logger is created with the first event. A logger provider may use a client with a circuit breaker in its constructor. Events of
    // such a client are not logged until the constructor returns.
    private ILogger Logger
    {
        get
        {
            if (_logger is not null || _isCreatingLogger)
            {
                return _logger ?? NullLogger.Instance;
            }

            _isCreatingLogger = true;
            try
            {
                return _logger = (loggers() ?? NullLoggerFactory.Instance).CreateLogger(TelemetryNames.Source);
            }
            finally
            {
                _isCreatingLogger = false;
            }
        }
    }

    /// <summary>Creates the instruments, unless they exist. If that fails, the next call tries again.</summary>
    public void PublishMetrics()
    {
        try
        {
            metrics.Publish();
        }
        catch (Exception exception)
        {
            if (!_hasMetricsFailed)
            {
                _hasMetricsFailed = true;
                OnUserCodeFailed("Creating the metrics", TelemetryNames.Source, exception);
            }
        }
    }

    public void OnFailure(CircuitKey key, string reason) =>
        Guard((metrics, key, reason), static it => it.metrics.RecordFailure(it.key, it.reason));

    public void OnRejection(HttpRequestMessage request, CircuitRejection rejection)
    {
        Guard((telemetry: this, rejection), static it => LogRejected(it.telemetry.Logger, it.rejection));
        Guard((request, rejection), static it => RecordActivity(it.request, it.rejection));
    }

    public void OnStateChange(CircuitStateChange change, CircuitSettings settings)
    {
        Guard((metrics, change), static it => it.metrics.RecordChange(it.change));
        Guard((telemetry: this, change, settings), static it => LogStateChange(it.telemetry.Logger, it.change, it.settings));
    }

    public void OnUserCodeFailed(string callback, string subject, Exception exception) =>
        Guard(() => CircuitLog.UserCodeFailed(Logger, callback, subject, exception));

    public void OnReloadFailed(IReadOnlyCollection<string> clients, string error) =>
        Guard(() => CircuitLog.ReloadFailed(Logger, string.Join("', '", clients), error));

    /// <summary>Called if a background probe got a response that is neither a success nor a failure of the host.</summary>
    public void OnProbeRefusedOnce(Circuit circuit, Uri probe, HttpStatusCode status)
    {
        if (circuit.IsFirst(UserCallback.ProbePath))
        {
            var key = circuit.Key;
            Guard(() => CircuitLog.ProbePathRefused(Logger, key, key.Client, key.Host, key.Port, probe.PathAndQuery, (int)status));
        }
    }

    public void OnScopeChangeIgnored(string client, CircuitScope present, CircuitScope configured) =>
        Guard(() => CircuitLog.ScopeChangeIgnored(Logger, client, present, configured));

    public void OnSettingsChanged(string client, string changes) =>
        Guard(() => CircuitLog.SettingsChanged(
            Logger, client, changes.Length == 0 ? "no option has changed" : PrintableText.Escape(changes)));

    public void OnChangesDropped(string listener) => Guard(() => CircuitLog.ChangesDropped(Logger, listener));

    public void OnUnknownClient(string error) => Guard(() => CircuitLog.UnknownClient(Logger, error));

    /// <summary>Called for settings of a host or port that no client can use. The unit is "host" or "port".</summary>
    public void OnUnreachableHost(string section, string unit, string scopes) =>
        Guard(() => CircuitLog.UnreachableHost(Logger, section, unit, scopes));

    /// <summary>Called if a handler that may retry calls was registered outside the circuit breaker.</summary>
    public void OnPlaced(string client, string handler, bool isMoved) => Guard(() =>
    {
        if (isMoved)
        {
            CircuitLog.MovedBeforeResilience(Logger, client, handler);
        }
        else
        {
            CircuitLog.KeptInsideResilience(Logger, client, handler);
        }
    });

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
        var callers = Activity.Current;
        try
        {
            CreateActivity(request, rejection);
        }
        finally
        {
            // If a listener throws, the activity may still be the current one.
            if (Activity.Current != callers)
            {
                Activity.Current = callers;
            }
        }
    }

    private static void CreateActivity(HttpRequestMessage request, CircuitRejection rejection)
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
