namespace Http.CircuitBreaker.Tests.Soak;

/// <summary>Makes random changes while calls run: reloads, isolations, resets, snapshots, and changing faults.</summary>
internal sealed class SoakDisruptor(SoakApp app, int seed)
{
    private readonly Random _random = new(seed);

    public void Disrupt()
    {
        var (client, host) = SoakApp.Pick(_random);
        var key = CircuitKey.FromUri(client, host);
        switch (_random.Next(200))
        {
            case 0: app.ReloadInvalid(); break;
            case < 5: app.Reload(_random); break;
            case < 15: Isolate(key); break;
            case < 30: app.Registry.Reset(key); break;
            case < 35: CheckSnapshots(); break;
            case < 75: app.Hosts.ChangeFault(host, _random); break;
            default: app.Hosts.Release(_random); break;
        }
    }

    private void Isolate(CircuitKey key)
    {
        try
        {
            app.Registry.Isolate(key, _random.Next(3) == 0 ? null : TimeSpan.FromMilliseconds(_random.Next(1, 300)), "by the soak test");
        }
        catch (InvalidOperationException)
        {
            // The client has MaxCircuits circuits and none of them can be evicted.
            Assert.Equal(SoakApp.Few, key.Client);
        }
    }

    // Counters that are read during calls may be slightly inconsistent, but must be plausible.
    private void CheckSnapshots() => Assert.All(app.Registry.GetSnapshots(), snapshot =>
    {
        Assert.InRange(snapshot.FailureRatio, 0, 1);
        Assert.True(snapshot.InFlight >= 0 && snapshot.Overdue >= 0 && snapshot.Failed <= snapshot.Total, snapshot.ToString());
    });
}
