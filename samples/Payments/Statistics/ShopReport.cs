namespace Payments.Score;

/// <summary>One shop during one outage: how long its customers waited, and what the provider got from it.</summary>
internal sealed record ShopReport(TimeSpan? MedianWait, TimeSpan? P95Wait, TimeSpan TotalWait, TimeSpan? MedianWaitForNo, int Calls, int MostInFlight)
{
    public static ShopReport Of(ShopStats shop, Spell outage)
    {
        var visits = shop.Visits.Where(visit => outage.Has(visit.Arrived)).ToArray();
        var calls = shop.Calls.Where(call => outage.Has(call.At)).ToArray();
        return new ShopReport(
            visits.Wait(0.5),
            visits.Wait(0.95),
            TimeSpan.FromTicks(visits.Sum(visit => visit.Waited.Ticks)),
            visits.Where(visit => visit.Payment != Payment.Done).Wait(0.5),
            calls.Length,
            calls.Select(call => call.InFlight).DefaultIfEmpty().Max());
    }
}
