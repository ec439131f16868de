using System.Net;
using Http.CircuitBreaker.Benchmarks.Outages.Host;
using Polly.CircuitBreaker;

namespace Http.CircuitBreaker.Benchmarks.Outages;

/// <summary>The callers: they come as a Poisson process, whatever happened to those before them, and none of them tries again.</summary>
internal sealed class Fleet(OutageScript script, VirtualTime time, SimulatedHost host, IReadOnlyList<HttpClient> clients, Tally tally)
{
    private static readonly Uri _address = new("http://host.test/");

    private readonly int _thread = Environment.CurrentManagedThreadId;
    private long _started = script.FirstCall;
    private long _ended = script.FirstCall;

    public void Begin() => PlanNext(TimeSpan.Zero);

    /// <summary>Throws if a call got lost or left the simulation's thread: the figures would then not be repeatable.</summary>
    public void ThrowIfEscaped()
    {
        if (_started != _ended)
        {
            throw new InvalidOperationException($"{script.Name}: {_started - _ended} calls did not end in the simulation.");
        }
    }

    private void PlanNext(TimeSpan after)
    {
        var arrival = after + TimeSpan.FromSeconds(Luck.Exponential(LuckOf.Arrival, _started, 1 / script.CallsPerSecond));
        if (arrival < script.Length)
        {
            time.At(arrival, () => Arrive(arrival));
        }
    }

    private void Arrive(TimeSpan arrival)
    {
        var call = _started++;
        PlanNext(arrival);
        _ = CallAsync(call, arrival);
    }

    private async Task CallAsync(long call, TimeSpan arrival)
    {
        tally.Begin();
        var end = await SendAsync(clients[(int)(call % clients.Count)], call);
        if (Environment.CurrentManagedThreadId != _thread)
        {
            // It is missing in the count of those that ended, which fails the run.
            return;
        }

        _ended++;
        var wasGood = end == FinishedCall.Rejected && host.WouldHaveServed(call);
        tally.End(end, arrival, time.Now - arrival, SimulatedHost.HealthyTime(call), wasGood, host.IsInRelapse);
    }

    // HttpClient.Timeout takes no time provider: its token is cancelled here instead.
    private async Task<FinishedCall> SendAsync(HttpClient client, long call)
    {
        using var deadline = new CancellationTokenSource(script.ClientTimeout, time);
        using var request = new HttpRequestMessage(HttpMethod.Get, _address);
        request.Options.Set(SimulatedHost.CallNumber, call);
        try
        {
            using var response = await client.SendAsync(request, deadline.Token);
            return response.IsCircuitOpen() ? FinishedCall.Rejected : response.StatusCode == HttpStatusCode.OK ? FinishedCall.Served : FinishedCall.Failed;
        }
        catch (BrokenCircuitException)
        {
            return FinishedCall.Rejected;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return FinishedCall.Failed;
        }
    }
}
