using System.Net;
using Payments.Statistics;

namespace Payments;

/// <summary>Customers arrive at every shop at a constant rate, even while earlier customers are still waiting.</summary>
internal sealed class Customers(RunClock clock, IReadOnlyList<(Uri Address, ShopStats Stats)> shops) : IDisposable
{
    private const int PerSecond = 20;
    private const int MaxWaitingPerShop = 200;

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>Makes one unrecorded checkout at each shop, so that startup costs do not appear in the measurements.</summary>
    public async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        foreach (var shop in shops)
        {
            await SendAsync(shop.Address, cancellationToken);
        }
    }

    public async Task RunAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var start = clock.Now;
        var checkouts = new List<Task>();
        using var slots = new SemaphoreSlim(MaxWaitingPerShop * shops.Count);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / PerSecond), clock.Time);
        try
        {
            for (var arrived = 0; clock.Now - start < duration; await timer.WaitForNextTickAsync(cancellationToken))
            {
                // Catch up after a late tick: a busy machine must not lower the arrival rate.
                for (var due = (int)((clock.Now - start).TotalSeconds * PerSecond); arrived < due; arrived++)
                {
                    checkouts.AddRange(shops
                        .Where(_ => slots.Wait(0, cancellationToken))
                        .Select(shop => CheckOutAsync(shop.Address, shop.Stats, slots, cancellationToken)));
                }
            }
        }
        finally
        {
            await Task.WhenAll(checkouts);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task CheckOutAsync(Uri shop, ShopStats stats, SemaphoreSlim slots, CancellationToken cancellationToken)
    {
        var start = clock.Now;
        try
        {
            var result = await SendAsync(shop, cancellationToken);
            stats.Add(new Checkout(start, clock.Now - start, result));
        }
        finally
        {
            slots.Release();
        }
    }

    private async Task<PaymentResult> SendAsync(Uri shop, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.PostAsync(new Uri(shop, "checkout"), content: null, cancellationToken);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => PaymentResult.Paid,
                HttpStatusCode.Accepted => PaymentResult.Rejected,
                _ => PaymentResult.Failed,
            };
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return PaymentResult.Failed;
        }
    }
}
