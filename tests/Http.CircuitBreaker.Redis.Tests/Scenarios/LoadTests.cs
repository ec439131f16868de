using Http.CircuitBreaker.Redis.Server;
using Http.CircuitBreaker.Redis.Tests.Support;
using StackExchange.Redis;
using Xunit.Abstractions;

namespace Http.CircuitBreaker.Redis.Tests.Scenarios;

/// <summary>The commands that a thousand circuits on ten instances cause.</summary>
public sealed class LoadTests(ITestOutputHelper output)
{
    private const int Circuits = 1000;
    private const int Instances = 10;

    public static TheoryData<ServerKind> Kinds => [.. Servers.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Only_polls_are_sent_to_Redis_for_a_thousand_closed_circuits(ServerKind kind)
    {
        var hour = TimeSpan.FromHours(1);
        await using var fleet = await TestFleet.StartAsync(
            kind, Instances, redis => redis.Quorum = 1, circuits => (circuits.BreakDuration, circuits.MaxBreakDuration) = (hour, hour));
        using var counter = new CommandCounter();
        using var redis = await ConnectionMultiplexer.ConnectAsync(fleet.Server.Address);
        var published = 0;
        await redis.GetSubscriber().SubscribeAsync(new RedisKeys(fleet.Prefix).Channel, (_, _) => Interlocked.Increment(ref published));
        await CallAllAsync(fleet);

        var (steady, seconds) = await counter.CountAsync(TimeSpan.FromSeconds(3));
        output.WriteLine($"{kind}: {Circuits} closed circuits: {steady / seconds:0.0} commands a second, {published} messages.");
        Assert.Equal(0, Volatile.Read(ref published));
        Assert.True(steady / seconds <= Instances * 1.5, $"{steady} commands in {seconds} s.");

        // All circuits open on one instance.
        fleet.Host.IsFailing = true;
        for (var i = 0; i < Circuits; i++)
        {
            await fleet[0].OpenAsync($"http://host{i}/");
        }

        await Eventually.TrueAsync(
            () => fleet.All.All(
                instance => instance.Registry.GetSnapshots().Count(circuit => circuit.State == CircuitState.Open) == Circuits),
            "Not all of them open.");

        // A report is counted when it is answered, which may be after its message.
        await Eventually.TrueAsync(() => counter.Of("report") >= Circuits, "Not all of them are reported.");
        var opening = counter.Total - steady;
        output.WriteLine($"{kind}: {Circuits} openings: {opening} commands, {published} messages.");
        Assert.InRange(published, Circuits, Circuits * 2);
        Assert.True(counter.Of("report") <= Circuits * 2, $"{counter.Of("report")} reports.");

        var (open, openSeconds) = await counter.CountAsync(TimeSpan.FromSeconds(3));
        output.WriteLine($"{kind}: all open: {open / openSeconds:0.0} commands a second.");
        Assert.True(open / openSeconds <= Instances * 1.5, $"{open} commands in {openSeconds} s.");
    }

    private static async Task CallAllAsync(TestFleet fleet)
    {
        foreach (var instance in fleet.All)
        {
            for (var i = 0; i < Circuits; i++)
            {
                await instance.CallAsync($"http://host{i}/");
            }
        }
    }
}
