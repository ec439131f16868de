using System.Net;
using Http.CircuitBreaker.Benchmarks.Outages.Host;
using Polly.CircuitBreaker;

namespace Http.CircuitBreaker.Benchmarks.Outages;

/// <summary>The outcome of a call for its caller.</summary>
internal enum CallOutcome
{
    Served,
    Failed,
    Rejected,
}

/// <summary>Sends calls as a Poisson process, independent of the outcome of earlier calls. No call is retried.</summary>
internal sealed class Callers(
    OutageScript script, VirtualTime time, SimulatedHost host, IReadOnlyList<HttpClient> clients, RunStatistics statistics)
{
    private static readonly Uri _address = new("http://host.test/");

    private readonly int _thread = Environment.CurrentManagedThreadId;
    private long _started = script.FirstCall;
    private long _ended = script.FirstCall;

    public void Start() => ScheduleNext(TimeSpan.Zero);

    /// <summary>Throws if a call did not end on the simulation's thread, because the figures would then not be repeatable.</summary>
    public void ThrowIfIncomplete()
    {
        if (_started != _ended)
        {
            throw new InvalidOperationException($"{script.Name}: {_started - _ended} calls did not end on the thread of the simulation.");
        }
    }

    private void ScheduleNext(TimeSpan after)
    {
        var arrival = after + TimeSpan.FromSeconds(SeededRandom.Exponential(Draw.Arrival, _started, 1 / script.CallsPerSecond));
        if (arrival < script.Length)
        {
            time.At(arrival, () => Arrive(arrival));
        }
    }

    private void Arrive(TimeSpan arrival)
    {
        var call = _started++;
        ScheduleNext(arrival);
        _ = CallAsync(call, arrival);
    }

    private async Task CallAsync(long call, TimeSpan arrival)
    {
        statistics.CallStarted();
        var outcome = await SendAsync(clients[(int)(call % clients.Count)], call);
        if (Environment.CurrentManagedThreadId != _thread)
        {
            // Not counted as ended, so ThrowIfIncomplete fails the run.
            return;
        }

        _ended++;
        var wasGoodCall = outcome == CallOutcome.Rejected && host.WouldHaveServed(call);
        statistics.CallEnded(outcome, arrival, time.Now - arrival, SimulatedHost.HealthyTime(call), wasGoodCall, host.IsDownFromOverload);
    }

    // HttpClient.Timeout does not accept a TimeProvider, so the deadline is a cancellation token.
    private async Task<CallOutcome> SendAsync(HttpClient client, long call)
    {
        using var deadline = new CancellationTokenSource(script.ClientTimeout, time);
        using var request = new HttpRequestMessage(HttpMethod.Get, _address);
        request.Options.Set(SimulatedHost.CallNumber, call);
        try
        {
            using var response = await client.SendAsync(request, deadline.Token);
            return response.IsCircuitOpen() ? CallOutcome.Rejected
                : response.StatusCode == HttpStatusCode.OK ? CallOutcome.Served
                : CallOutcome.Failed;
        }
        catch (BrokenCircuitException)
        {
            return CallOutcome.Rejected;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return CallOutcome.Failed;
        }
    }
}
