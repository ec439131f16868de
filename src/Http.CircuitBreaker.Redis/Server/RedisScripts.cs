using Http.CircuitBreaker.Redis.Backplane;
using Http.CircuitBreaker.Redis.Protocol;
using StackExchange.Redis;

namespace Http.CircuitBreaker.Redis.Server;

/// <summary>Provides the Lua scripts and their arguments, in the order documented at the top of each script.</summary>
internal static class RedisScripts
{
    private static readonly string _report = Join("common", "report");
    private static readonly string _lease = Join("common", "lease");
    private static readonly string _settle = Join("common", "settle");

    public static string Poll { get; } = Join("common", "poll");

    public static string Read { get; } = Join("read");

    public static (string Script, RedisValue[] Arguments) Create(BackplaneCommand command, BackplaneSettings settings) => command switch
    {
        ReportCommand report => (_report,
        [
            report.Kind.ToString(), settings.Instance, report.Since, report.Until, settings.Quorum, report.IsCertain, report.MinInstances,
            Reason(report.FailureReason), Reason(report.IsolationReason),
        ]),
        LeaseCommand lease => (_lease, [lease.Token, lease.Duration, lease.SeenVersion, lease.Probes, lease.FailuresToOpen]),
        SettleCommand settle => (_settle, [settle.Token, settle.Outcome.ToString(), settle.BreakDuration, Reason(settle.FailureReason)]),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, "There is no script for this command."),
    };

    private static string Reason(string? reason) =>
        reason is { Length: > BackplaneRecord.MaxReasonLength } ? reason[..BackplaneRecord.MaxReasonLength] : reason ?? "";

    private static string Join(params string[] names) => string.Concat(names.Select(name =>
    {
        using var reader = new StreamReader(typeof(RedisScripts).Assembly.GetManifestResourceStream($"{name}.lua")!);
        return reader.ReadToEnd();
    }));
}
