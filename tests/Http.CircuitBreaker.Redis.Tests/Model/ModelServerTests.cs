using CsCheck;
using Http.CircuitBreaker.Redis.Protocol;
using Http.CircuitBreaker.Redis.Tests.Support;
using StackExchange.Redis;

namespace Http.CircuitBreaker.Redis.Tests.Model;

/// <summary>The model server gives the same replies to random commands as the scripts.</summary>
/// <remarks>
/// Times are multiples of <see cref="Unit"/> before and after the start, so that nothing expires during a test, and some things have
/// expired from the start. Times that the servers compute from their own clocks differ by much less.
/// </remarks>
public sealed class ModelServerTests
{
    private const long Unit = 1_000_000;
    private const long Tolerance = Unit / 10;

    public enum Operation
    {
        Open,
        Close,
        Isolate,
        Reset,
        Lease,
        Settle,
        Poll,
        Forge,
    }

    // Malformed and unknown fields of a record. True means that the record counts as absent.
    private static readonly (string Field, string Value, bool IsFatal)[] _forgeries =
    [
        ("state", "Broken", true),
        ("at", "-1", true),
        ("at", "inf", true),
        ("at", "9e18", true),
        ("ends", "x", true),
        ("ends", "9e15", true),
        ("version", "nan", true),
        ("version", "9007199254740993", true),
        ("instances", "1e9", true),
        ("probes", "", true),
        ("reason", new string('x', 100_000), true),
        ("vote:x", "1,2", false),
        ("vote:x", "2,x", false),
        ("vote:x", "1,99999999999999999999", false),
        ("lease:x", "1", false),
        ("lease:x", "1e300", false),
        ("other", "x", false),
    ];

    private static readonly Gen<RandomCommand> _steps = Gen.Select(
        Gen.Enum<Operation>(),
        Gen.Int[0, ScriptHarness.Instances - 1],
        Gen.Int[-3, 3],
        Gen.Int[-2, 3],
        Gen.Int[0, 3],
        Gen.Int[1, 3],
        Gen.Enum<CircuitOutcome>(),
        Gen.Int[0, 100],
        (operation, instance, since, until, token, probes, outcome, number) =>
            new RandomCommand(operation, instance, since, until, token, probes, outcome, number));

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
    public async Task Simulated_server_and_Lua_scripts_give_the_same_replies(ServerKind kind, double quorum)
    {
        await using var harness = await ScriptHarness.StartAsync(kind, quorum);
        var origin = await harness.TimeAsync();
        var start = TimeProvider.System.GetTimestamp();
        var model = new ModelServer(() => origin + (long)TimeProvider.System.GetElapsedTime(start).TotalMilliseconds, quorum, new Random(1));
        model.Poll("i0", ScriptHarness.AliveDuration, 0);

        var circuit = 0;
        _steps.Array[1, 30].Sample(
            steps =>
            {
                var comparison = new Comparison(harness, model, origin, CircuitKey.FromName("c", $"{circuit++}"));
                Assert.All(steps, (step, i) => Assert.True(comparison.IsSame(step, i, out var difference), difference));
            },
            iter: 300,
            threads: 1,
            print: steps => string.Join(Environment.NewLine, steps.Select(step => step.ToString())));
    }

    public sealed record RandomCommand(
        Operation Operation, int Instance, int Since, int Until, int Token, int Probes, CircuitOutcome Outcome, int Number)
    {
        public bool IsOdd => Number % 2 == 1;
    }

    /// <summary>One circuit on both servers.</summary>
    private sealed class Comparison(ScriptHarness harness, ModelServer model, long origin, CircuitKey key)
    {
        private (long Script, long Model) _versions;

        public bool IsSame(RandomCommand step, int position, out string difference)
        {
            if (step.Operation == Operation.Poll)
            {
                var poll = harness.PollAsync(step.Instance, _versions.Script).GetAwaiter().GetResult();
                var modelPoll = model.Poll($"i{step.Instance}", ScriptHarness.AliveDuration, _versions.Model);
                difference = $"{position}: {poll.Instances} instances alive, model {modelPoll.Instances}";
                return poll.Instances == modelPoll.Instances;
            }

            if (step.Operation == Operation.Forge)
            {
                Forge(step.Number);
                difference = "";
                return true;
            }

            var command = CreateCommand(step);
            var script = harness.SendAsync(WithVersion(command, _versions.Script), step.Instance).GetAwaiter().GetResult();
            var other = model.Execute(WithVersion(command, _versions.Model), $"i{step.Instance}", version: 0);
            difference = $"{position}: {command}{Environment.NewLine}script {script}{Environment.NewLine}model  {other}";
            var (changed, modelChanged) = (script.Record?.Version > _versions.Script, other.Record?.Version > _versions.Model);
            _versions = (script.Record?.Version ?? 0, other.Record?.Version ?? 0);
            return script.Answer == other.Answer
                && IsSame(script.DeniedUntil, other.DeniedUntil)
                && changed == modelChanged
                && IsSame(script.Record, other.Record);
        }

        private void Forge(int number)
        {
            var record = ScriptHarness.Keys.Circuit(key.Id);
            var (field, value, isFatal) = _forgeries[number % _forgeries.Length];
            if (number == 0)
            {
                // A record of another type.
                harness.Database.StringSet(record, "x");
            }
            else if (harness.Database.KeyType(record) != RedisType.String)
            {
                harness.Database.HashSet(record, field, value);
            }

            if (isFatal)
            {
                model.Remove(key);
            }
        }

        private static bool IsSame(BackplaneRecord? script, BackplaneRecord? other) => (script, other) switch
        {
            (null, null) => true,
            ({ } a, { } b) => IsSame(a.At, b.At)
                && IsSame(a.Until, b.Until)
                && a == b with { Version = a.Version, At = a.At, Until = a.Until },
            _ => false,
        };

        private static bool IsSame(long a, long b) => (a == 0) == (b == 0) && Math.Abs(a - b) < Tolerance;

        private static BackplaneCommand WithVersion(BackplaneCommand command, long seen) =>
            command is LeaseCommand { SeenVersion: > 0 } lease ? lease with { SeenVersion = seen } : command;

        private BackplaneCommand CreateCommand(RandomCommand step)
        {
            var (since, until) = (At(step.Since), At(step.Until));
            var failure = $"r{step.Token}";
            return step.Operation switch
            {
                Operation.Open => new ReportCommand(
                    key, ReportKind.Opened, since, until, step.Token == 0, failure, MinInstances: step.Number % 5),
                Operation.Close => new ReportCommand(key, ReportKind.Closed, since),
                Operation.Isolate => new ReportCommand(
                    key, ReportKind.Isolated, since, step.Until == 0 ? 0 : until, IsolationReason: $"n{step.Token}"),
                Operation.Reset => new ReportCommand(key, ReportKind.Reset, since),
                Operation.Lease => new LeaseCommand(
                    key, $"t{step.Token}", (step.Until + 2) * Unit, step.IsOdd ? 1 : 0, step.Probes, Math.Min(step.Probes, 1 + step.Token)),
                _ => new SettleCommand(key, $"t{step.Token}", step.Outcome, step.Probes * Unit, failure),
            };
        }

        // No time is equal to the start, which is about now.
        private long At(int units) => origin + (units * Unit) + (units == 0 ? Unit / 2 : 0);
    }
}
