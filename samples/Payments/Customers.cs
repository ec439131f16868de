using System.Net;
using Payments.Statistics;

namespace Payments;

/// <summary>Customers check out and look at the catalogue at a constant rate, even while earlier customers are still waiting.</summary>
internal sealed class Customers(RunClock clock, IReadOnlyList<(Uri Address, ShopStats Stats)> shops) : IDisposable
{
    public const int CheckoutsPerSecond = 20;
    public const int CatalogueVisitsPerSecond = 30;

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>Sends one unrecorded request of each kind to each shop, so that startup costs do not appear in the measurements.</summary>
    public async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        foreach (var (address, _) in shops)
        {
            await SendAsync(HttpMethod.Post, new Uri(address, "checkout"), cancellationToken);
            await SendAsync(HttpMethod.Get, new Uri(address, "catalogue"), cancellationToken);
        }
    }

    public Task RunAsync(TimeSpan duration, CancellationToken cancellationToken) => Task.WhenAll(
        ArriveAsync(CheckoutsPerSecond, duration, CheckOutAsync, cancellationToken),
        ArriveAsync(CatalogueVisitsPerSecond, duration, VisitAsync, cancellationToken));

    public void Dispose() => _http.Dispose();

    private async Task ArriveAsync(
        int perSecond, TimeSpan duration, Func<Uri, ShopStats, CancellationToken, Task> request, CancellationToken cancellationToken)
    {
        var start = clock.Now;
        var requests = new List<Task>();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / perSecond), clock.Time);
        try
        {
            for (var arrived = 0; clock.Now - start < duration; await timer.WaitForNextTickAsync(cancellationToken))
            {
                // Catch up after a late tick: a busy machine must not lower the arrival rate.
                for (var due = (int)((clock.Now - start).TotalSeconds * perSecond); arrived < due; arrived++)
                {
                    requests.AddRange(shops.Select(shop => request(shop.Address, shop.Stats, cancellationToken)));
                }
            }
        }
        finally
        {
            await Task.WhenAll(requests);
        }
    }

    private async Task CheckOutAsync(Uri shop, ShopStats stats, CancellationToken cancellationToken)
    {
        var start = clock.Now;
        var result = await SendAsync(HttpMethod.Post, new Uri(shop, "checkout"), cancellationToken) switch
        {
            HttpStatusCode.OK => PaymentResult.Paid,
            HttpStatusCode.Accepted => PaymentResult.Rejected,
            _ => PaymentResult.Failed,
        };
        stats.Add(new Checkout(start, clock.Now - start, result));
    }

    private async Task VisitAsync(Uri shop, ShopStats stats, CancellationToken cancellationToken) =>
        stats.AddVisit(await SendAsync(HttpMethod.Get, new Uri(shop, "catalogue"), cancellationToken) == HttpStatusCode.OK);

    /// <returns>The status code; null if there was no response.</returns>
    private async Task<HttpStatusCode?> SendAsync(HttpMethod method, Uri uri, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(method, uri);
            using var response = await _http.SendAsync(request, cancellationToken);
            return response.StatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
