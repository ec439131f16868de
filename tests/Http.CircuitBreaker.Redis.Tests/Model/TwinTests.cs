using CsCheck;
using Http.CircuitBreaker.Redis.Protocol;
using Http.CircuitBreaker.Redis.Tests.Support;

namespace Http.CircuitBreaker.Redis.Tests.Model;

/// <summary>The twin that the model's fleets share says what the scripts say, whatever it is told.</summary>
/// <remarks>
/// Times are whole multiples of <see cref="Unit"/> before and after the beginning, so that none runs out while a test runs, and some
/// are over from the start. What the servers reckon from their own clocks may differ by much less than that.
/// </remarks>
public sealed class TwinTests
{
    private const long Unit = 1_000_000;
    private const long Tolerance = Unit / 10;

    public enum What
    {
        Open,
        Close,
        Isolate,
        Reset,
        Lease,
        Hold,
        Settle,
        Look,
    }

    private static readonly Gen<Told> _told = Gen.Select(
        Gen.Enum<What>(), Gen.Int[0, ScriptRig.Instances - 1], Gen.Int[-3, 3], Gen.Int[-2, 3], Gen.Int[0, 3], Gen.Int[1, 3], Gen.Enum<CircuitOutcome>(), Gen.Bool,
        (what, instance, since, until, token, probes, outcome, isOdd) => new Told(what, instance, since, until, token, probes, outcome, isOdd));

    public static TheoryData<ServerKind, double> KindsAndQuorums
    {
        get
        {
            var data = new TheoryData<ServerKind, double>();
            foreach (var kind in Servers.Kinds)
            {
                data.Add(kind, 1);
                data.Add(kind, 3);
                data.Add(kind, 0.1);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(KindsAndQuorums))]
    public async Task The_twin_answers_as_the_scripts_do(ServerKind kind, double quorum)
    {
        await using var rig = await ScriptRig.StartAsync(kind, quorum);
        var origin = await rig.TimeAsync();
        var start = TimeProvider.System.GetTimestamp();
        var twin = new TwinServer(() => origin + (long)TimeProvider.System.GetElapsedTime(start).TotalMilliseconds, quorum);
        twin.Poll("i0", ScriptRig.Alive, 0);

        var circuit = 0;
        _told.Array[1, 30].Sample(
            told =>
            {
                var pair = new Pair(rig, twin, origin, CircuitKey.FromName("c", $"{circuit++}"));
                Assert.All(told, (one, i) => Assert.True(pair.Agree(one, i, out var difference), difference));
            },
            iter: 300,
            threads: 1,
            print: told => string.Join(Environment.NewLine, told.Select(one => one.ToString())));
    }

    public sealed record Told(What What, int Instance, int Since, int Until, int Token, int Probes, CircuitOutcome Outcome, bool IsOdd);

    /// <summary>One circuit on both.</summary>
    private sealed class Pair(ScriptRig rig, TwinServer twin, long origin, CircuitKey key)
    {
        private (long Script, long Twin) _versions;

        public bool Agree(Told told, int position, out string difference)
        {
            if (told.What == What.Look)
            {
                var (look, twinLook) = (rig.PollAsync(told.Instance, long.MaxValue / 2).GetAwaiter().GetResult(), twin.Poll($"i{told.Instance}", ScriptRig.Alive, long.MaxValue));
                difference = $"{position}: {look.Instances} alive, twin {twinLook.Instances}";
                return look.Instances == twinLook.Instances;
            }

            var command = Command(told, position);
            var script = rig.SendAsync(WithVersion(command, _versions.Script), told.Instance).GetAwaiter().GetResult();
            var other = twin.Execute(WithVersion(command, _versions.Twin), $"i{told.Instance}");
            difference = $"{position}: {command}{Environment.NewLine}script {script}{Environment.NewLine}twin   {other}";
            var (changed, twinChanged) = (script.Record?.Version > _versions.Script, other.Record?.Version > _versions.Twin);
            _versions = (script.Record?.Version ?? 0, other.Record?.Version ?? 0);
            return script.Answer == other.Answer
                && IsSame(script.Until, other.Until)
                && changed == twinChanged
                && IsSame(script.Record, other.Record);
        }

        private static bool IsSame(BackplaneRecord? script, BackplaneRecord? other) => (script, other) switch
        {
            (null, null) => true,
            ({ } a, { } b) => a.State == b.State
                && IsSame(a.At, b.At)
                && IsSame(a.Until, b.Until)
                && a.Instances == b.Instances
                && (a.Reason ?? "") == (b.Reason ?? "")
                && (a.Note ?? "") == (b.Note ?? "")
                && a.IsReset == b.IsReset,
            _ => false,
        };

        private static bool IsSame(long a, long b) => (a == 0) == (b == 0) && Math.Abs(a - b) < Tolerance;

        private static BackplaneCommand WithVersion(BackplaneCommand command, long seen) => command is LeaseCommand { Seen: > 0 } lease ? lease with { Seen = seen } : command;

        private BackplaneCommand Command(Told told, int position)
        {
            var (since, until) = (At(told.Since), At(told.Until));

            // Now and then one is overtaken by others.
            long sequence = told.IsOdd ? position + 1 : told.Token + 1;
            return told.What switch
            {
                What.Open => new ReportCommand(key, ReportKind.Opened, sequence, since, until, IsCertain: told.Token == 0, Reason: $"r{told.Token}"),
                What.Close => new ReportCommand(key, ReportKind.Closed, sequence, since),
                What.Isolate => new ReportCommand(key, ReportKind.Isolated, sequence, since, told.Until == 0 ? 0 : until, Note: $"n{told.Token}"),
                What.Reset => new ReportCommand(key, ReportKind.Reset, sequence, since),
                What.Lease => new LeaseCommand(key, $"t{told.Token}", since, told.IsOdd ? 1 : 0, told.Probes, Math.Min(told.Probes, 1 + told.Token)),
                What.Hold => new HoldCommand(key, $"t{told.Token}", told.Until * Unit),
                _ => new SettleCommand(key, $"t{told.Token}", told.Outcome, told.Probes * Unit, $"r{told.Token}"),
            };
        }

        // Nothing happens just at the beginning, which is about now.
        private long At(int units) => origin + (units * Unit) + (units == 0 ? Unit / 2 : 0);
    }
}
