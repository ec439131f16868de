namespace Payments.Statistics;

/// <summary>One shop in this round: its customers' checkouts and its calls that reached the provider.</summary>
internal sealed class ShopStats(string name, RunClock clock)
{
    private static readonly TimeSpan _recent = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private readonly List<Checkout> _checkouts = [];
    private readonly List<ProviderCall> _calls = [];
    private int _inFlight;

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

    public ProviderCall[] Calls
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

    /// <summary>Records a call at the provider. The call is in flight until the result is disposed.</summary>
    public IDisposable StartCall()
    {
        lock (_lock)
        {
            _calls.Add(new ProviderCall(clock.Now, ++_inFlight));
        }

        return new CallInFlight(this);
    }

    public ShopTotals GetTotals()
    {
        var since = clock.Now - _recent;
        var checkouts = Checkouts;
        var recent = checkouts.Where(checkout => checkout.End >= since).ToArray();
        return new ShopTotals(
            name,
            Count(PaymentResult.Paid),
            Count(PaymentResult.Failed),
            Count(PaymentResult.Rejected),
            recent.WaitPercentile(0.5),
            recent.WaitPercentile(0.95),
            _inFlight);

        int Count(PaymentResult result) => checkouts.Count(checkout => checkout.Result == result);
    }

    public void Clear()
    {
        lock (_lock)
        {
            _checkouts.Clear();
            _calls.Clear();
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
/// A call that reached the provider. <paramref name="InFlight"/> is the number of the shop's calls in flight at its start, including itself.
/// </summary>
internal readonly record struct ProviderCall(TimeSpan At, int InFlight);

/// <summary>A shop's totals for the round, and its wait times over the last three seconds (null if there were no checkouts).</summary>
internal sealed record ShopTotals(string Shop, int Paid, int Failed, int Rejected, TimeSpan? MedianWait, TimeSpan? P95Wait, int InFlight);

internal static class CheckoutPercentiles
{
    extension(IEnumerable<Checkout> checkouts)
    {
        /// <summary>The nearest-rank percentile of the wait times; null without checkouts.</summary>
        public TimeSpan? WaitPercentile(double rank)
        {
            TimeSpan[] waits = [.. checkouts.Select(checkout => checkout.Wait).Order()];
            return waits.Length == 0 ? null : waits[Math.Max(0, (int)Math.Ceiling(rank * waits.Length) - 1)];
        }
    }
}
