namespace Http.CircuitBreaker.Tests.Soak;

/// <summary>Operators, deployments and the weather: at random, whatever can happen to circuits beside their calls.</summary>
internal sealed class SoakMeddler(SoakApp app, int seed)
{
    private readonly Random _random = new(seed);

    public void Meddle()
    {
        var (client, host) = SoakApp.Pick(_random);
        var key = CircuitKey.FromUri(client, host);
        switch (_random.Next(200))
        {
            case 0: app.ReloadInvalid(); break;
            case < 5: app.Reload(_random); break;
            case < 15: Isolate(key); break;
            case < 30: app.Registry.Reset(key); break;
            case < 35: Look(); break;
            case < 75: app.Host.Switch(host, _random); break;
            default: app.Host.Release(_random); break;
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
            // The client keeps as many circuits as it may, and none can go.
            Assert.Equal(SoakApp.Few, key.Client);
        }
    }

    // Numbers that are read while calls run may be a little behind each other, and are never absurd.
    private void Look() => Assert.All(app.Registry.GetSnapshots(), snapshot =>
    {
        Assert.InRange(snapshot.FailureRatio, 0, 1);
        Assert.True(snapshot.InFlight >= 0 && snapshot.Overdue >= 0 && snapshot.Failed <= snapshot.Total, snapshot.ToString());
    });
}
