using System.Diagnostics;
using Http.CircuitBreaker;

namespace Fleet.Shops;

/// <summary>Sends ten calls a second and writes their results twice a second.</summary>
internal static class Customers
{
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(100);

    public static async Task RunAsync(HttpClient client, CancellationToken stop)
    {
        var results = new Results();
        using var timer = new PeriodicTimer(_interval);
        try
        {
            for (var count = 1; await timer.WaitForNextTickAsync(stop); count++)
            {
                _ = PayAsync(client, results);
                if (count % 5 == 0)
                {
                    Console.WriteLine(results.Line);
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static async Task PayAsync(HttpClient client, Results results)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            using var response = await client.GetAsync(new Uri("charge", UriKind.Relative));
            if (response.IsCircuitOpen())
            {
                results.Reject(Stopwatch.GetElapsedTime(start));
            }
            else
            {
                results.Complete(response.IsSuccessStatusCode);
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            results.Complete(isPaid: false);
        }
    }

    private sealed class Results
    {
        private readonly Lock _lock = new();
        private int _paid;
        private int _failed;
        private int _rejected;
        private TimeSpan _slowestRejection;

        public string Line
        {
            get
            {
                lock (_lock)
                {
                    return $"calls {_paid} {_failed} {_rejected} {_slowestRejection.TotalMilliseconds:0}";
                }
            }
        }

        public void Complete(bool isPaid)
        {
            lock (_lock)
            {
                _ = isPaid ? _paid++ : _failed++;
            }
        }

        public void Reject(TimeSpan took)
        {
            lock (_lock)
            {
                _rejected++;
                _slowestRejection = took > _slowestRejection ? took : _slowestRejection;
            }
        }
    }
}
