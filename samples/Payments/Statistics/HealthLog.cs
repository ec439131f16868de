namespace Payments.Statistics;

/// <summary>A period of constant provider health. The current period has no end.</summary>
internal readonly record struct HealthPeriod(ProviderHealth Health, TimeSpan Start, TimeSpan? End)
{
    public bool Contains(TimeSpan time) => time >= Start && !(time >= End);
}

/// <summary>The provider's current health and its health periods in this round.</summary>
internal sealed class HealthLog
{
    private readonly Lock _lock = new();
    private readonly List<HealthPeriod> _periods = [];
    private volatile ProviderHealth _current;

    public ProviderHealth Current => _current;

    public HealthPeriod[] Periods
    {
        get
        {
            lock (_lock)
            {
                return [.. _periods];
            }
        }
    }

    public void Change(ProviderHealth health, TimeSpan now)
    {
        lock (_lock)
        {
            if (_periods.Count > 0)
            {
                _periods[^1] = _periods[^1] with { End = now };
            }

            _periods.Add(new HealthPeriod(health, now, End: null));
            _current = health;
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _periods.Clear();
        }
    }
}
