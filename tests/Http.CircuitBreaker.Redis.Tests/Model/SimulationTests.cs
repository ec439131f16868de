using Xunit.Abstractions;

namespace Http.CircuitBreaker.Redis.Tests.Model;

/// <summary>What sharing is worth, in virtual time.</summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    // The first failures of an outage are everybody's, as they come to all at once: sharing spares what follows.
    [Theory]
    [InlineData(1000, 2, 3)]
    [InlineData(1000, 5, 5)]
    [InlineData(1000, 60, 9)]
    [InlineData(100, 2, 3)]
    [InlineData(100, 5, 5)]
    [InlineData(100, 60, 9)]
    public void A_fleet_of_ten_sends_fewer_calls_into_an_outage(int every, int minutes, double times)
    {
        var (shared, alone) = (CallsIntoAnOutage(isShared: true, every, minutes), CallsIntoAnOutage(isShared: false, every, minutes));

        output.WriteLine($"A call every {every} ms each: ten instances send {shared} calls into {minutes} minutes of outage if they share, {alone} if not: {(double)alone / shared:0.0}.");
        Assert.True(shared * times <= alone, $"{shared} shared, {alone} not.");
    }

    [Fact]
    public void Once_all_know_of_an_outage_the_fleet_probes_like_one()
    {
        var (shared, alone) = (Probes(isShared: true), Probes(isShared: false));

        output.WriteLine($"Ten instances send {shared} probes in ten minutes if they share, {alone} if not.");
        Assert.True(shared * 5 <= alone, $"{shared} shared, {alone} not.");
    }

    [Fact]
    public void After_the_outage_all_are_closed_again()
    {
        using var fleet = new ModelFleet(10, seed: 1);
        Outage(fleet, every: 1000, minutes: 5);

        fleet.CallForAWhile(90_000, every: 1000);

        Assert.All(fleet.Alive, instance => Assert.Equal(CircuitState.Closed, instance.Circuit!.State));
    }

    [Fact]
    public void Nothing_but_looks_is_sent_in_a_steady_state()
    {
        using var fleet = new ModelFleet(10, seed: 1);
        fleet.CallForAWhile(60_000, every: 100);

        Assert.Empty(fleet.Server.Records);
        Assert.InRange(fleet.Server.Commands, 10 * 58, 10 * 61);
    }

    private static int CallsIntoAnOutage(bool isShared, int every, int minutes)
    {
        using var fleet = new ModelFleet(10, seed: 1, isShared);
        return Outage(fleet, every, minutes);
    }

    private static int Probes(bool isShared)
    {
        using var fleet = new ModelFleet(10, seed: 1, isShared);
        fleet.Host.IsFailing = true;
        fleet.CallForAWhile(60_000, every: 1000);
        var before = fleet.Host.Calls;
        fleet.CallForAWhile(600_000, every: 1000);
        return fleet.Host.Calls - before;
    }

    private static int Outage(ModelFleet fleet, int every, int minutes)
    {
        fleet.CallForAWhile(60_000, every);
        var before = fleet.Host.Calls;
        fleet.Host.IsFailing = true;
        fleet.CallForAWhile(minutes * 60_000, every);
        fleet.Host.IsFailing = false;
        return fleet.Host.Calls - before;
    }
}
