using System.Diagnostics.Metrics;
using Http.CircuitBreaker.Redis.Backplane;
using Http.CircuitBreaker.Redis.Tests.Support;

namespace Http.CircuitBreaker.Redis.Tests.Scenarios;

/// <summary>The server does not answer, and there are more commands than the queue can hold.</summary>
public sealed class BacklogTests
{
    private const int Circuits = BackplaneMember.QueueCapacity + 500;

    public static TheoryData<ServerKind> Kinds => [.. Servers.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Command_that_does_not_fit_into_the_queue_is_counted_as_dropped_and_sent_later(ServerKind kind)
    {
        await using var fleet = await TestFleet.StartAsync(kind, 2, sharesServer: false);
        for (var i = 0; i < Circuits; i++)
        {
            await fleet[1].CallAsync($"http://host{i}/");
        }

        var dropped = 0L;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, meters) =>
        {
            if (instrument.Name == "http_circuit_breaker.backplane.dropped")
            {
                meters.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref dropped, value));
        listener.Start();
        fleet.Server.Freeze();

        for (var i = 0; i < Circuits; i++)
        {
            fleet[0].Registry.Isolate(KeyOf(i));
        }

        Assert.True(Volatile.Read(ref dropped) > 0, "Nothing was dropped.");
        Assert.DoesNotContain(fleet[1].Registry.GetSnapshots(), circuit => circuit.State == CircuitState.Isolated);
        fleet.Server.Thaw();

        await Eventually.TrueAsync(
            () => fleet[1].Registry.GetSnapshots().Count(circuit => circuit.State == CircuitState.Isolated) == Circuits,
            "Not all isolations arrive.");
    }

    private static CircuitKey KeyOf(int i) => CircuitKey.FromUri("c", new Uri($"http://host{i}/"));
}
