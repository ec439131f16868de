using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Numerics;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Configuration;
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

    private readonly ConcurrentDictionary<string, bool> _started = new();
    private ILogger? _logger;
    private bool _hasMetricsFailed;

    // The logger is created at the first event, because a logger provider's constructor may use a client with a circuit breaker. That
    // client's events are not logged until the constructor returns.
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

    /// <summary>
    /// Creates the metric instruments, unless they already exist. If this fails, the next call to this method tries again.
    /// </summary>
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

    public void OnRejection(HttpRequestMessage request, CircuitRejection rejection, Circuit circuit, long now)
    {
        Guard((metrics, rejection.Key), static it => it.metrics.RecordRejection(it.Key));
        Guard((telemetry: this, rejection, circuit, now), static it => LogRejected(it.telemetry.Logger, it.rejection, it.circuit, it.now));
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

    /// <summary>Called when a background probe gets a response that suggests a wrong ProbePath, for example 404.</summary>
    public void OnProbeRefusedOnce(Circuit circuit, Uri probe, HttpStatusCode status)
    {
        if (circuit.IsFirst(UserCallback.ProbePath))
        {
            var key = circuit.Key;
            Guard(() => CircuitLog.ProbePathRefused(Logger, key, key.Client, key.Host, key.Port, probe.PathAndQuery, (int)status));
        }
    }

    public void OnScopeChangeIgnored(string client, string present, string configured) =>
        Guard(() => CircuitLog.ScopeChangeIgnored(Logger, client, present, configured));

    public void OnNamesRefused(string client, int limit) => Guard(() => CircuitLog.CircuitNamesRefused(Logger, client, limit));

    /// <summary>Called when the application starts and when a client is first used. Logs the settings only once per client.</summary>
    public void OnSettingsLoaded(string client, ClientSettings settings) => Guard(() =>
    {
        if (Logger.IsEnabled(LogLevel.Information) && _started.TryAdd(client, true))
        {
            var text = PrintableText.Escape(SettingsChanges.Describe(settings));
            CircuitLog.SettingsLoaded(Logger, client, text);
        }
    });

    public void OnSettingsChanged(string client, string changes) =>
        Guard(() => CircuitLog.SettingsChanged(
            Logger, client, changes.Length == 0 ? "no option has changed" : PrintableText.Escape(changes)));

    public void OnChangesDropped(string listener) => Guard(() => CircuitLog.ChangesDropped(Logger, listener));

    /// <summary>Logs that a configuration key looks like a setting of this library but has no effect, and adds a hint.</summary>
    public void OnKeyNotRead(string key, string hint) => Guard(() => CircuitLog.KeyNotRead(Logger, key, hint));

    public void OnUnknownClient(string error) => Guard(() => CircuitLog.UnknownClient(Logger, error));

    /// <summary>Called for host or port settings that no client can use. The unit is "host" or "port".</summary>
    public void OnUnreachableHost(string section, string unit, string scopes) =>
        Guard(() => CircuitLog.UnreachableHost(Logger, section, unit, scopes));

    /// <summary>Logs that an outer handler may retry calls, and whether the circuit breaker was moved in front of it.</summary>
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

    private static void LogRejected(ILogger logger, CircuitRejection rejection, Circuit circuit, long now)
    {
        var (key, state, retryAfter) = (rejection.Key, rejection.State, rejection.RetryAfter);
        if (logger.IsEnabled(LogLevel.Debug))
        {
            var retry = ChangeText.Retry(retryAfter);
            CircuitLog.Rejected(logger, key, key.Client, key.Host, key.Port, state, retryAfter?.TotalSeconds, retry);
        }

        if (logger.IsEnabled(LogLevel.Information) && circuit.TrySummarizeRejections(now, out var calls, out var seconds))
        {
            var nextStep = ChangeText.NextProbe(state, retryAfter);
            CircuitLog.RejectionSummary(logger, key, key.Client, key.Host, key.Port, state, calls, seconds, nextStep);
        }
    }

    // HttpClient does not create an activity for a rejected call, and Activity.Current belongs to the caller. Create a separate one.
    private static void RecordActivity(HttpRequestMessage request, CircuitRejection rejection)
    {
        var callers = Activity.Current;
        try
        {
            CreateActivity(request, rejection);
        }
        finally
        {
            // If a listener throws, Activity.Current may still be the rejected call's activity.
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
        var level = change.State is CircuitState.Open or CircuitState.Isolated ? LogLevel.Warning : LogLevel.Information;
        if (!logger.IsEnabled(IsRepetition(change) ? LogLevel.Debug : level))
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

    // With short breaks, a long outage has hundreds of failed probes. Unless the Debug level is enabled, only openings 1, 2, 4, 8, ... and
    // their probes are logged.
    private static bool IsRepetition(CircuitStateChange change) =>
        change.State is CircuitState.Open or CircuitState.HalfOpen
        && change.ConsecutiveOpenings > 0
        && !BitOperations.IsPow2(change.ConsecutiveOpenings);

    private static void Guard(Action report) => Guard(report, static action => action());

    // Passing the state as an argument avoids allocating a closure for calls that fail or are rejected.
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
