using System.Net;
using Payments.Score;

namespace Payments;

/// <summary>Customers who arrive at every shop at a steady rate, whether or not those before them have been served.</summary>
internal sealed class Customers(RunClock clock, IReadOnlyList<(Uri Address, ShopStats Stats)> shops) : IDisposable
{
    private const int PerSecond = 20;
    private const int MostWaiting = 200;

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>One unrecorded checkout at each shop, so that no figure shows what starting up costs.</summary>
    public async Task WarmUpAsync(CancellationToken stop)
    {
        foreach (var shop in shops)
        {
            await CheckOutAsync(shop.Address, stop);
        }
    }

    public async Task ComeAsync(TimeSpan duration, CancellationToken stop)
    {
        var start = clock.Now;
        var visits = new List<Task>();
        using var places = new SemaphoreSlim(MostWaiting * shops.Count);
        using var beat = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / PerSecond), clock.Time);
        try
        {
            for (var come = 0; clock.Now - start < duration; await beat.WaitForNextTickAsync(stop))
            {
                // A timer that comes late on a busy machine must not lower the rate.
                for (var due = (int)((clock.Now - start).TotalSeconds * PerSecond); come < due; come++)
                {
                    visits.AddRange(shops.Where(_ => places.Wait(0, stop)).Select(shop => VisitAsync(shop.Address, shop.Stats, places, stop)));
                }
            }
        }
        finally
        {
            await Task.WhenAll(visits);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task VisitAsync(Uri shop, ShopStats stats, SemaphoreSlim places, CancellationToken stop)
    {
        var arrived = clock.Now;
        try
        {
            var payment = await CheckOutAsync(shop, stop);
            stats.Add(new Visit(arrived, clock.Now - arrived, payment));
        }
        finally
        {
            places.Release();
        }
    }

    private async Task<Payment> CheckOutAsync(Uri shop, CancellationToken stop)
    {
        try
        {
            using var answer = await _http.PostAsync(new Uri(shop, "checkout"), content: null, stop);
            return answer.StatusCode switch
            {
                HttpStatusCode.OK => Payment.Done,
                HttpStatusCode.Accepted => Payment.Refused,
                _ => Payment.Failed,
            };
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !stop.IsCancellationRequested)
        {
            return Payment.Failed;
        }
    }
}
