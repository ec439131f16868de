using System.Diagnostics;
using Http.CircuitBreaker;

namespace Fleet.Shops;

/// <summary>Ten customers a second. What became of them is said twice a second.</summary>
internal static class Customers
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    public static async Task ComeAsync(HttpClient client, CancellationToken stop)
    {
        var tally = new Tally();
        using var timer = new PeriodicTimer(_pause);
        try
        {
            for (var tick = 1; await timer.WaitForNextTickAsync(stop); tick++)
            {
                _ = PayAsync(client, tally);
                if (tick % 5 == 0)
                {
                    Console.WriteLine(tally.Line);
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static async Task PayAsync(HttpClient client, Tally tally)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            using var response = await client.GetAsync(new Uri("charge", UriKind.Relative));
            if (response.IsCircuitOpen())
            {
                tally.Refuse(Stopwatch.GetElapsedTime(start));
            }
            else
            {
                tally.End(response.IsSuccessStatusCode);
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            tally.End(isPaid: false);
        }
    }

    private sealed class Tally
    {
        private readonly Lock _gate = new();
        private int _paid;
        private int _failed;
        private int _refused;
        private TimeSpan _slowestRefusal;

        public string Line
        {
            get
            {
                lock (_gate)
                {
                    return $"calls {_paid} {_failed} {_refused} {_slowestRefusal.TotalMilliseconds:0}";
                }
            }
        }

        public void End(bool isPaid)
        {
            lock (_gate)
            {
                _ = isPaid ? _paid++ : _failed++;
            }
        }

        public void Refuse(TimeSpan took)
        {
            lock (_gate)
            {
                _refused++;
                _slowestRefusal = took > _slowestRefusal ? took : _slowestRefusal;
            }
        }
    }
}
