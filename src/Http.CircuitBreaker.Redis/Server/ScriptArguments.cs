using System.Globalization;
using Http.CircuitBreaker.Redis.Protocol;
using StackExchange.Redis;

namespace Http.CircuitBreaker.Redis.Server;

/// <summary>Turns commands into scripts and their arguments. The order is that of the comment on top of each script.</summary>
internal static class ScriptArguments
{
    public static (string Script, RedisValue[] Arguments) Of(BackplaneCommand command, BackplaneIdentity identity) => command switch
    {
        ReportCommand report => (RedisScripts.Report, OfReport(report, identity)),
        LeaseCommand lease => (RedisScripts.Lease, [lease.Token, BackplaneIdentity.Claim, lease.Opened, lease.Seen, lease.Probes, lease.FailuresToOpen]),
        HoldCommand hold => (RedisScripts.Hold, [hold.Token, hold.Duration]),
        SettleCommand settle => (RedisScripts.Settle, [settle.Token, OutcomeOf(settle.Outcome), settle.Break, settle.Reason ?? ""]),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, "There is no script for it."),
    };

    private static RedisValue[] OfReport(ReportCommand report, BackplaneIdentity identity) =>
    [
        KindOf(report.Kind),
        identity.Instance,
        report.Sequence,
        report.Since,
        report.Until,
        identity.Quorum.ToString("R", CultureInfo.InvariantCulture),
        report.IsCertain ? "1" : "0",
        report.Reason ?? "",
        report.Note ?? "",
    ];

    private static string KindOf(ReportKind kind) => kind switch
    {
        ReportKind.Opened => "o",
        ReportKind.Closed => "c",
        ReportKind.Isolated => "i",
        _ => "x",
    };

    private static string OutcomeOf(CircuitOutcome outcome) => outcome switch
    {
        CircuitOutcome.Success => "s",
        CircuitOutcome.Failure => "f",
        _ => "n",
    };
}
