using System.Net;
using Http.CircuitBreaker.Benchmarks.Outages.Contenders;
using Http.CircuitBreaker.Benchmarks.Outages.Host;
using Http.CircuitBreaker.Benchmarks.Outages.Results;
using Http.CircuitBreaker.Benchmarks.Outages.Scripts;
using Polly.CircuitBreaker;

namespace Http.CircuitBreaker.Benchmarks.Outages.Traffic;

/// <summary>The outcome of a call for its caller.</summary>
internal enum CallOutcome
{
    Served,
    Failed,
    Rejected,
}

/// <summary>Sends calls and records their outcome.</summary>
internal sealed class Caller(
    OutageScript script, VirtualTime time, SimulatedHost host, IReadOnlyList<HttpClient> clients, RunStatistics statistics)
{
    private readonly Uri[] _addresses = [.. Enumerable.Range(0, script.Hosts).Select(number => new Uri($"http://host{number}.test/"))];
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private long _started;
    private long _ended;

    /// <summary>Throws if a call did not end on the simulation's thread, because the figures would then not be repeatable.</summary>
    public void ThrowIfIncomplete()
    {
        if (_started != _ended)
        {
            throw new InvalidOperationException($"{script.Name}: {_started - _ended} calls did not end on the thread of the simulation.");
        }
    }

    public async Task<CallOutcome> CallAsync(CallPlan call)
    {
        _started++;
        statistics.CallStarted();
        var arrival = time.Now;
        var isGood = host.IsGood(call);
        var (process, number) = ((int)(call.Number % clients.Count), call.Number / clients.Count);
        var outcome = await SendAsync(clients[process], _addresses[number % _addresses.Length], call);
        if (Environment.CurrentManagedThreadId != _thread)
        {
            // Not counted as ended, so ThrowIfIncomplete fails the run.
            return outcome;
        }

        _ended++;
        statistics.CallEnded(outcome, arrival, call.ServiceTime, isGood && host.IsGood(call));
        return outcome;
    }

    // HttpClient.Timeout does not accept a TimeProvider, so the timeout is a cancellation token.
    private async Task<CallOutcome> SendAsync(HttpClient client, Uri address, CallPlan call)
    {
        using var timeout = new CancellationTokenSource(call.LeavesAfter ?? script.CallerTimeout ?? script.ClientTimeout, time);
        using var request = RequestFactory.Create(call, address);
        var completion = call.Body is null ? HttpCompletionOption.ResponseContentRead : HttpCompletionOption.ResponseHeadersRead;
        try
        {
            using var response = await client.SendAsync(request, completion, timeout.Token);
            if (response.IsCircuitOpen() || response is RejectedResponse)
            {
                return CallOutcome.Rejected;
            }

            if (call.Body is not null)
            {
                await response.Content.CopyToAsync(Stream.Null, timeout.Token);
            }

            return response.StatusCode == HttpStatusCode.OK ? CallOutcome.Served : CallOutcome.Failed;
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
