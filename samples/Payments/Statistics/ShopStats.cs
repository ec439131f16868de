namespace Payments.Statistics;

/// <summary>One shop in this round: its customers' checkouts and its calls that reached the provider.</summary>
internal sealed class ShopStats(string name, RunClock clock)
{
    private readonly Lock _lock = new();
    private readonly List<Checkout> _checkouts = [];
    private readonly List<TimeSpan> _calls = [];
    private int _inFlight;
    private int _visits;
    private int _shown;
    private int _paidLater;

    public string Name => name;

    public Checkout[] Checkouts
    {
        get
        {
            lock (_lock)
            {
                return [.. _checkouts];
            }
        }
    }

    /// <summary>When calls reached the provider.</summary>
    public TimeSpan[] Calls
    {
        get
        {
            lock (_lock)
            {
                return [.. _calls];
            }
        }
    }

    public void Add(Checkout checkout)
    {
        lock (_lock)
        {
            _checkouts.Add(checkout);
        }
    }

    public void AddVisit(bool isShown)
    {
        lock (_lock)
        {
            _visits++;
            _shown += isShown ? 1 : 0;
        }
    }

    public void AddPaidLater() => Interlocked.Increment(ref _paidLater);

    /// <summary>Records a call at the provider. The call is in flight until the result is disposed.</summary>
    public IDisposable StartCall()
    {
        lock (_lock)
        {
            _calls.Add(clock.Now);
            _inFlight++;
        }

        return new CallInFlight(this);
    }

    public ShopTotals GetTotals()
    {
        var checkouts = Checkouts;
        return new ShopTotals(
            name,
            Count(PaymentResult.Paid),
            Count(PaymentResult.Rejected),
            _paidLater,
            Count(PaymentResult.Failed),
            _shown,
            _visits,
            _inFlight);

        int Count(PaymentResult result) => checkouts.Count(checkout => checkout.Result == result);
    }

    public void Clear()
    {
        lock (_lock)
        {
            _checkouts.Clear();
            _calls.Clear();
            (_visits, _shown, _paidLater) = (0, 0, 0);
        }
    }

    private sealed class CallInFlight(ShopStats stats) : IDisposable
    {
        public void Dispose()
        {
            lock (stats._lock)
            {
                stats._inFlight--;
            }
        }
    }
}

/// <summary>A customer's checkout.</summary>
internal readonly record struct Checkout(TimeSpan Start, TimeSpan Wait, PaymentResult Result)
{
    public TimeSpan End => Start + Wait;
}

/// <summary>
/// A shop's totals for the round. <paramref name="Saved"/> orders were not paid at the checkout, and <paramref name="PaidLater"/> of them
/// were paid afterwards. <paramref name="Shown"/> of the <paramref name="Visits"/> to the catalogue succeeded.
/// </summary>
internal sealed record ShopTotals(
    string Shop, int Paid, int Saved, int PaidLater, int Failed, int Shown, int Visits, int InFlight)
{
    public int TurnedAway => Visits - Shown;
}

internal static class CheckoutWaits
{
    extension(IEnumerable<Checkout> checkouts)
    {
        /// <summary>The median wait time; null without checkouts.</summary>
        public TimeSpan? MedianWait()
        {
            TimeSpan[] waits = [.. checkouts.Select(checkout => checkout.Wait).Order()];
            return waits.Length == 0 ? null : waits[(waits.Length - 1) / 2];
        }

        /// <summary>The mean wait time; null without checkouts.</summary>
        public TimeSpan? MeanWait()
        {
            TimeSpan[] waits = [.. checkouts.Select(checkout => checkout.Wait)];
            return waits.Length == 0 ? null : TimeSpan.FromTicks((long)waits.Average(wait => wait.Ticks));
        }
    }
}
