namespace Payments.Score;

/// <summary>What happened at one shop in this round: its customers' visits, and its calls as the provider saw them.</summary>
internal sealed class ShopStats(string shop, RunClock clock)
{
    private static readonly TimeSpan _recent = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();
    private readonly List<Visit> _visits = [];
    private readonly List<ProviderCall> _calls = [];
    private int _inFlight;

    public string Shop => shop;

    public Visit[] Visits
    {
        get
        {
            lock (_gate)
            {
                return [.. _visits];
            }
        }
    }

    public ProviderCall[] Calls
    {
        get
        {
            lock (_gate)
            {
                return [.. _calls];
            }
        }
    }

    public void Add(Visit visit)
    {
        lock (_gate)
        {
            _visits.Add(visit);
        }
    }

    /// <summary>Counts a call at the provider until the result is disposed of.</summary>
    public IDisposable StartCall()
    {
        lock (_gate)
        {
            _calls.Add(new ProviderCall(clock.Now, ++_inFlight));
        }

        return new CallInFlight(this);
    }

    public ShopFigures Figures()
    {
        var since = clock.Now - _recent;
        var visits = Visits;
        var recent = visits.Where(visit => visit.Left >= since).ToArray();
        return new ShopFigures(
            shop, Count(Payment.Done), Count(Payment.Failed), Count(Payment.Refused), recent.Wait(0.5), recent.Wait(0.95), _inFlight);

        int Count(Payment payment) => visits.Count(visit => visit.Payment == payment);
    }

    public void Clear()
    {
        lock (_gate)
        {
            _visits.Clear();
            _calls.Clear();
        }
    }

    private sealed class CallInFlight(ShopStats stats) : IDisposable
    {
        public void Dispose()
        {
            lock (stats._gate)
            {
                stats._inFlight--;
            }
        }
    }
}
