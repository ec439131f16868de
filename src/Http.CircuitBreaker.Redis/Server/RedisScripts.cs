using System.Globalization;
using Http.CircuitBreaker.Redis.Backplane;
using Http.CircuitBreaker.Redis.Protocol;
using StackExchange.Redis;

namespace Http.CircuitBreaker.Redis.Server;

/// <summary>Provides the Lua scripts and their arguments, in the order documented at the top of each script.</summary>
internal static class RedisScripts
{
    private static readonly string _report = ReadWithPrelude("report");
    private static readonly string _lease = ReadWithPrelude("lease");
    private static readonly string _settle = ReadWithPrelude("settle");

    public static string Poll { get; } = Read("poll");

    public static (string Script, RedisValue[] Arguments) Create(BackplaneCommand command, BackplaneSettings settings) => command switch
    {
        ReportCommand report => (_report, CreateArguments(report, settings)),
        LeaseCommand lease => (_lease, [lease.Token, lease.Duration, lease.SeenVersion, lease.Probes, lease.FailuresToOpen]),
        SettleCommand settle => (_settle, [settle.Token, settle.Outcome.ToString(), settle.BreakDuration, settle.FailureReason ?? ""]),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, "There is no script for this command."),
    };

    private static RedisValue[] CreateArguments(ReportCommand report, BackplaneSettings settings) =>
    [
        report.Kind.ToString(),
        settings.Instance,
        report.Since,
        report.Until,
        settings.Quorum.ToString("R", CultureInfo.InvariantCulture),
        report.IsCertain ? "1" : "0",
        report.FailureReason ?? "",
        report.IsolationReason ?? "",
    ];

    private static string ReadWithPrelude(string name) => Read("common") + Read(name);

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(RedisScripts).Assembly.GetManifestResourceStream($"{name}.lua")!);
        return reader.ReadToEnd();
    }
}
