using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Http.CircuitBreaker.Redis.Telemetry;

/// <summary>Logs when Redis stops responding or responds again, and publishes the meter <c>Http.CircuitBreaker.Redis</c>.</summary>
internal sealed class BackplaneTelemetry : ICircuitBackplaneStatus
{
    public const string Name = "Http.CircuitBreaker.Redis";

    private readonly ILogger _logger;
    private readonly string _prefix;
    private readonly Counter<long> _commands;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _refused;

    // The current problem of each kind of command. Lock this dictionary before accessing it.
    private readonly Dictionary<string, RedisProblem> _problems = [];
    private readonly ConcurrentDictionary<object, bool> _logged = new();
    private volatile bool _isConnected;
    private int _instances;

    public BackplaneTelemetry(ILogger logger, IMeterFactory factory, string prefix)
    {
        (_logger, _prefix) = (logger, prefix);
        var meter = factory.Create(Name);
        _commands = meter.CreateCounter<long>("http_circuit_breaker.backplane.commands", "{command}", "Commands sent to Redis.");
        _dropped = meter.CreateCounter<long>("http_circuit_breaker.backplane.dropped", "{command}", "Commands dropped from a full queue.");
        _refused = meter.CreateCounter<long>("http_circuit_breaker.backplane.refused", "{record}", "Records from Redis that were ignored.");
        meter.CreateObservableUpDownCounter(
            "http_circuit_breaker.backplane.connected", () => IsConnected ? 1 : 0, "{connection}", "1 while Redis responds, otherwise 0.");
        meter.CreateObservableUpDownCounter(
            "http_circuit_breaker.backplane.instances", () => Instances, "{instance}", "Live instances.");
    }

    /// <summary>
    /// Whether Redis is responding. False after a poll fails or a command receives no response, until the next poll or command succeeds.
    /// </summary>
    public bool IsConnected => _isConnected;

    public int Instances => Volatile.Read(ref _instances);

    /// <summary>Stores the number of live instances, and logs the first poll of this instance.</summary>
    public void OnPolled(string instance, int instances)
    {
        Volatile.Write(ref _instances, instances);
        EmitOnce(nameof(BackplaneLog.Joined), () => BackplaneLog.Joined(_logger, instance, _prefix, instances));
    }

    public void OnDropped() => Emit(() => _dropped.Add(1));

    public void OnDataLost() => Emit(() => BackplaneLog.DataLost(_logger));

    public void OnRefused(string reason)
    {
        Emit(() => _refused.Add(1, new KeyValuePair<string, object?>("http_circuit_breaker.backplane.refusal", reason)));
        EmitOnce(reason, () => BackplaneLog.RecordRefused(_logger, reason, _prefix));
    }

    /// <summary>Applies changes from Redis, and logs the first exception of each type.</summary>
    public void Run(Action apply)
    {
        try
        {
            apply();
        }
        catch (Exception exception)
        {
            EmitOnce(exception.GetType(), () => BackplaneLog.ApplyFailed(_logger, exception));
        }
    }

    /// <summary>Records the result of a poll or command. The exception is null if the poll or command succeeded.</summary>
    public void OnCompleted(string command, Exception? exception)
    {
        var problem = exception is null ? null : RedisProblem.From(exception);
        Emit(() => _commands.Add(
            1, new("http_circuit_breaker.backplane.command", command), new KeyValuePair<string, object?>("error.type", problem?.Code)));
        if (IsNews(command, problem))
        {
            Emit(() => Log(problem?.Advice, exception));
        }
    }

    // Returns true if the problem is new, or if the last remaining problem has been resolved.
    private bool IsNews(string command, RedisProblem? problem)
    {
        lock (_problems)
        {
            var (before, isNew) = (_problems.Count, _problems.Values.All(other => other.Advice != problem?.Advice));
            _problems.Remove(command, out var solved);
            if (problem is not null)
            {
                // Keep the earlier problem if it has advice and the new one has none. For example, after a server has rejected the
                // password, commands fail with connection errors until the next connection attempt. The earlier advice still applies.
                _problems.Add(command, problem.Advice is null && solved?.Advice is not null ? solved : problem);
                isNew &= problem.Advice is not null || solved?.Advice is null;
                _isConnected &= command != "poll" && problem.Advice is not null;
                return isNew;
            }

            // Redis may accept one kind of command but refuse another, so a success does not solve every problem. It solves this command's
            // problem, any other problem with the same advice, and any problem without advice, such as a timeout.
            foreach (var (other, _) in _problems.Where(pair => pair.Value.Advice is null || pair.Value.Advice == solved?.Advice).ToList())
            {
                _problems.Remove(other);
            }

            _isConnected = true;
            return before > 0 && _problems.Count == 0;
        }
    }

    private void Log(string? advice, Exception? exception)
    {
        if (exception is null)
        {
            BackplaneLog.Reconnected(_logger);
        }
        else if (advice is null)
        {
            BackplaneLog.Disconnected(_logger, exception);
        }
        else
        {
            BackplaneLog.Misconfigured(_logger, exception.Message.TrimEnd('.'), advice, exception);
        }
    }

    private void EmitOnce(object subject, Action telemetry)
    {
        if (_logged.TryAdd(subject, true))
        {
            Emit(telemetry);
        }
    }

    // Loggers and metric listeners are user code. If this code throws, the exception cannot be reported anywhere, so it is swallowed.
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

/// <summary>Why a Redis command failed. A failure without advice may be temporary, for example a timeout.</summary>
internal sealed record RedisProblem(string Code, string? Advice = null)
{
    private const string Permissions = "grant the Redis user the permissions listed in the README of Http.CircuitBreaker.Redis";
    private const string Credentials = "check the user and the password in the Redis configuration string";
    private const string Scripts = "allow Lua scripts on the server";
    private const string Configuration = "correct the Redis configuration string, or the connection that the application provides";

    // Parts of Redis error messages, each with a code and advice on how to solve the problem. Other errors, such as LOADING, are temporary.
    private static readonly (string Text, RedisProblem Problem)[] _refusals =
    [
        ("NOPERM", new("NOPERM", Permissions)),
        ("user executing the script can't", new("NOPERM", Permissions)),
        ("NOAUTH", new("NOAUTH", Credentials)),
        ("WRONGPASS", new("WRONGPASS", Credentials)),
        ("OOM ", new("OOM", "raise the server's maxmemory or remove keys")),
        ("MISCONF", new("MISCONF", "check the server's log to find out why it cannot write to its disk")),
        ("READONLY", new("READONLY", "connect to the primary, because this server is a read-only replica")),
        ("WRONGTYPE", new("WRONGTYPE", "choose another Prefix, because other data uses these keys")),
        ("unknown command", new("NOSCRIPT", Scripts)),
        ("scripting", new("NOSCRIPT", Scripts)),
    ];

    /// <summary>
    /// Classifies an exception. The result contains advice if a retry cannot fix the problem, because the server refused the command or the
    /// configuration is wrong.
    /// </summary>
    public static RedisProblem From(Exception exception) =>
        exception is RedisException && Find(exception.Message) is { } refusal ? refusal
        : exception is (ArgumentException or InvalidOperationException or FormatException) and not ObjectDisposedException
            ? new(exception.GetType().FullName!, Configuration)
        : new(exception.GetType().FullName!);

    private static RedisProblem? Find(string message) =>
        _refusals.FirstOrDefault(refusal => message.Contains(refusal.Text, StringComparison.Ordinal)).Problem;
}
