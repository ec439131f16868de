using System.Diagnostics;
using System.Net;
using Http.CircuitBreaker;

namespace Gateway;

/// <summary>What the visitors of one service experienced.</summary>
internal sealed class VisitResult
{
    private double _rejectedMilliseconds;

    public int Sent { get; private set; }

    public int Answered { get; private set; }

    public int Rejected { get; private set; }

    public int Failed => Sent - Answered - Rejected;

    public double RejectedMilliseconds => _rejectedMilliseconds / Math.Max(1, Rejected);

    public void Add(HttpResponseMessage? response, TimeSpan elapsed)
    {
        lock (this)
        {
            Sent++;
            if (response is { StatusCode: HttpStatusCode.OK })
            {
                Answered++;
            }
            else if (response?.Headers.IsCircuitOpen() == true)
            {
                Rejected++;
                _rejectedMilliseconds += elapsed.TotalMilliseconds;
            }
        }
    }
}

/// <summary>Sends ten requests per second to each service through the gateway, and lets one service fail.</summary>
internal sealed class Visitors(Uri gateway, IReadOnlyList<Service> services)
{
    private const int PerSecond = 10;
    private static long _start;

    private readonly IReadOnlyList<(Service Service, VisitResult Result)> _results = [.. services.Select(service => (service, new VisitResult()))];

    /// <summary>How long the run lasts.</summary>
    public static TimeSpan Duration => TimeSpan.FromSeconds(60);

    /// <summary>How long a visitor waits for a response.</summary>
    public static TimeSpan Patience => TimeSpan.FromSeconds(5);

    public static void WriteLine(string text) =>
        Console.WriteLine($"{Stopwatch.GetElapsedTime(_start).TotalSeconds,5:0.0} s  {text}");

    public async Task<IReadOnlyList<(Service Service, VisitResult Result)>> RunAsync()
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = gateway, Timeout = Patience };
        var script = new Queue<(int Second, Health Health)>(
            [(10, Health.Hangs), (20, Health.Healthy), (40, Health.Answers500), (48, Health.Healthy)]);
        var visits = new List<Task>();
        _start = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / PerSecond), TimeProvider.System);
        for (var tick = 1; tick <= Duration.TotalSeconds * PerSecond; tick++)
        {
            await timer.WaitForNextTickAsync();
            if (script.TryPeek(out var next) && next.Second * PerSecond <= tick)
            {
                script.Dequeue();
                services[1].Health = next.Health;
                WriteLine($"SERVICE  {services[1].Name}: {Describe(next.Health)}");
            }

            visits.AddRange(_results.Select(result => VisitAsync(http, result.Service, result.Result)));
            if (tick % (5 * PerSecond) == 0)
            {
                WriteLine(string.Join("   ", _results.Select(Describe)));
            }
        }

        await Task.WhenAll(visits);
        return _results;
    }

    private static async Task VisitAsync(HttpClient http, Service service, VisitResult result)
    {
        var start = Stopwatch.GetTimestamp();
        HttpResponseMessage? response = null;
        try
        {
            response = await http.GetAsync(new Uri($"{service.Name}/", UriKind.Relative));
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            // A visitor without a response counts as failed.
        }

        using (response)
        {
            result.Add(response, Stopwatch.GetElapsedTime(start));
        }
    }

    private static string Describe(Health health) => health switch
    {
        Health.Hangs => "hangs",
        Health.Answers500 => "answers 500",
        _ => "healthy",
    };

    private static string Describe((Service Service, VisitResult Result) visits) =>
        $"{visits.Service.Name} {visits.Result.Answered,3} answered {visits.Result.Rejected,3} rejected";
}
