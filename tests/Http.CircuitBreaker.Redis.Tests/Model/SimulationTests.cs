using Xunit.Abstractions;

namespace Http.CircuitBreaker.Redis.Tests.Model;

/// <summary>Compares the calls that ten instances send during an outage with and without sharing, in virtual time.</summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    // Each instance sees the first failures of an outage by itself, so sharing saves more in a longer outage.
    [Theory]
    [InlineData(1000, 2, 3)]
    [InlineData(1000, 5, 5)]
    [InlineData(1000, 60, 9)]
    [InlineData(100, 2, 3)]
    [InlineData(100, 5, 5)]
    [InlineData(100, 60, 9)]
    public void Ten_instances_send_fewer_calls_during_an_outage_if_they_share_circuits(int every, int minutes, double times)
    {
        var (shared, alone) = (CallsIntoAnOutage(isShared: true, every, minutes), CallsIntoAnOutage(isShared: false, every, minutes));

        output.WriteLine(
            $"A call per {every} ms, {minutes} min: {shared} calls shared, {alone} not shared ({(double)alone / shared:0.0} times).");
        Assert.True(shared * times <= alone, $"{shared} calls shared, {alone} not shared.");
    }

    [Fact]
    public void Ten_instances_that_share_circuits_send_at_most_a_fifth_as_many_probes_as_ten_that_do_not()
    {
        var (shared, alone) = (Probes(isShared: true), Probes(isShared: false));

        output.WriteLine($"Ten minutes of outage: {shared} probes shared, {alone} not shared.");
        Assert.True(shared * 5 <= alone, $"{shared} calls shared, {alone} not shared.");
    }

    [Fact]
    public void All_circuits_close_after_an_outage()
    {
        using var fleet = new ModelFleet(10, seed: 1);
        Outage(fleet, every: 1000, minutes: 5);

        fleet.CallForAWhile(90_000, every: 1000);

        Assert.All(fleet.Alive, instance => Assert.Equal(CircuitState.Closed, instance.Circuit!.State));
    }

    [Fact]
    public void Instance_that_has_lost_its_network_does_not_open_the_circuits_of_other_instances()
    {
        using var fleet = new ModelFleet(5, seed: 1);
        fleet.CallForAWhile(10_000, every: 100);
        fleet[0].IsCutOff = true;

        // Long enough for some breaks and failed probes.
        fleet.CallForAWhile(300_000, every: 100);

        Assert.NotEqual(CircuitState.Closed, fleet[0].Circuit!.State);
        Assert.All(
            fleet.Alive.Skip(1), instance => Assert.Equal((CircuitState.Closed, 1), (instance.Circuit!.State, instance.Circuit.Epoch)));
    }

    [Fact]
    public void Open_circuit_without_calls_disappears_from_all_instances()
    {
        using var fleet = new ModelFleet(3, seed: 1);
        fleet.CallForAWhile(10_000, every: 100);
        fleet.Host.IsFailing = true;
        fleet.CallForAWhile(10_000, every: 100);
        Assert.All(fleet.Alive, instance => Assert.NotNull(instance.Circuit));

        fleet.World.RunUntil(fleet.World.Now + 3_600_000);
        fleet.Add();
        fleet.Server.LoseData();
        fleet.World.RunUntil(fleet.World.Now + 10_000);
        Assert.All(fleet.Alive, instance => Assert.Null(instance.Circuit));
        Assert.Empty(fleet.Server.Records);

        fleet.Host.IsFailing = false;
        fleet.CallForAWhile(30_000, every: 100);
        Assert.All(fleet.Alive, instance => Assert.Equal(CircuitState.Closed, instance.Circuit!.State));
    }

    [Fact]
    public void Only_polls_are_sent_to_Redis_while_all_circuits_are_closed()
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
