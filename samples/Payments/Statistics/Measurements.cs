namespace Payments.Statistics;

/// <summary>Everything measured in one round of the script.</summary>
internal sealed class Measurements(RunClock clock)
{
    public ShopStats Guarded { get; } = new("with breaker", clock);

    public ShopStats Unguarded { get; } = new("without breaker", clock);

    public CircuitLog Circuit { get; } = new(clock);

    public HealthLog Health { get; } = new();

    public int Round { get; private set; }

    public TimeSpan RoundStart { get; private set; }

    public ShopStats GetShop(string name) => name == Guarded.Name ? Guarded : Unguarded;

    public void StartRound()
    {
        Round++;
        RoundStart = clock.Now;
        Guarded.Clear();
        Unguarded.Clear();
        Circuit.Clear();
        Health.Clear();
    }
}
