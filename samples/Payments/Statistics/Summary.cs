using Http.CircuitBreaker;

namespace Payments.Statistics;

/// <summary>The measured effect of the breaker in one round.</summary>
internal sealed record Summary(IReadOnlyList<OutageReport> Outages, ShopTotals Guarded, ShopTotals Unguarded, int RejectedWhileHealthy)
{
    public OutageReport? Hang => Outages.FirstOrDefault(outage => outage.Health == ProviderHealth.Hangs);

    public static Summary Create(Measurements measurements)
    {
        var periods = measurements.Health.Periods;
        var healthy = periods.Where(period => period.Health == ProviderHealth.Healthy).ToArray();
        var outages = periods.Where(period => period.Health != ProviderHealth.Healthy && period.End is not null);
        return new Summary(
            [.. outages.Select(outage => OutageReport.Create(outage, measurements))],
            measurements.Guarded.GetTotals(),
            measurements.Unguarded.GetTotals(),
            measurements.Guarded.Checkouts.Count(checkout =>
                checkout.Result == PaymentResult.Rejected && healthy.Any(period => period.Contains(checkout.Start))));
    }
}

/// <summary>
/// One outage. <paramref name="TimeToOpen"/> is measured from its start, <paramref name="TimeToClose"/> from its end; null if the circuit
/// did not open or close.
/// </summary>
internal sealed record OutageReport(
    ProviderHealth Health, TimeSpan? TimeToOpen, TimeSpan? TimeToClose, ShopReport Guarded, ShopReport Unguarded)
{
    public static OutageReport Create(HealthPeriod outage, Measurements measurements)
    {
        var transitions = measurements.Circuit.Transitions;
        var opened = transitions.FirstOrDefault(to => to.Change.State == CircuitState.Open && outage.Contains(to.At));
        var closed = transitions.FirstOrDefault(to => to.Change.State == CircuitState.Closed && to.At >= outage.End);
        return new OutageReport(
            outage.Health,
            opened.Change is null ? null : opened.At - outage.Start,
            closed.Change is null ? null : closed.At - outage.End,
            ShopReport.Create(measurements.Guarded, outage),
            ShopReport.Create(measurements.Unguarded, outage));
    }
}

/// <summary>One shop during one outage: its customers' wait times and the calls it sent to the provider.</summary>
internal sealed record ShopReport(
    TimeSpan? MedianWait, TimeSpan? P95Wait, TimeSpan TotalWait, TimeSpan? MedianWaitUnpaid, int Calls, int PeakInFlight)
{
    public static ShopReport Create(ShopStats shop, HealthPeriod outage)
    {
        var checkouts = shop.Checkouts.Where(checkout => outage.Contains(checkout.Start)).ToArray();
        var calls = shop.Calls.Where(call => outage.Contains(call.At)).ToArray();
        return new ShopReport(
            checkouts.WaitPercentile(0.5),
            checkouts.WaitPercentile(0.95),
            TimeSpan.FromTicks(checkouts.Sum(checkout => checkout.Wait.Ticks)),
            checkouts.Where(checkout => checkout.Result != PaymentResult.Paid).WaitPercentile(0.5),
            calls.Length,
            calls.Select(call => call.InFlight).DefaultIfEmpty().Max());
    }
}
