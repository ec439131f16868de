using Http.CircuitBreaker;

namespace Payments.Statistics;

/// <summary>The measured effect of the breaker in one round.</summary>
internal sealed record Summary(IReadOnlyList<OutageReport> Outages, ShopReport Guarded, ShopReport Unguarded)
{
    public static Summary Create(Measurements measurements)
    {
        var periods = measurements.Health.Periods;
        HealthPeriod[] outages = [.. periods.Where(period => period.Health != ProviderHealth.Healthy && period.End is not null)];
        return new Summary(
            [.. outages.Select(outage => OutageReport.Create(outage, measurements.Circuit.Transitions))],
            ShopReport.Create(measurements.Guarded, outages),
            ShopReport.Create(measurements.Unguarded, outages));
    }
}

/// <summary>
/// One outage. <paramref name="TimeToOpen"/> is measured from its start, <paramref name="TimeToClose"/> from its end; null if the circuit
/// did not open or close.
/// </summary>
internal sealed record OutageReport(ProviderHealth Health, TimeSpan? TimeToOpen, TimeSpan? TimeToClose)
{
    public static OutageReport Create(HealthPeriod outage, Transition[] transitions)
    {
        var opened = transitions.FirstOrDefault(to => to.Change.State == CircuitState.Open && outage.Contains(to.At));
        var closed = transitions.FirstOrDefault(to => to.Change.State == CircuitState.Closed && to.At >= outage.End);
        return new OutageReport(
            outage.Health,
            opened.Change is null ? null : opened.At - outage.Start,
            closed.Change is null ? null : closed.At - outage.End);
    }
}

/// <summary>One shop: its totals, and the mean wait at the checkout and the calls to the provider during the outages.</summary>
internal sealed record ShopReport(ShopTotals Totals, TimeSpan? WaitInOutages, int CallsInOutages)
{
    public static ShopReport Create(ShopStats shop, HealthPeriod[] outages) => new(
        shop.GetTotals(),
        shop.Checkouts.Where(checkout => outages.Any(outage => outage.Contains(checkout.Start))).MeanWait(),
        shop.Calls.Count(call => outages.Any(outage => outage.Contains(call))));
}
