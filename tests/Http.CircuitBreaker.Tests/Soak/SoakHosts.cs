using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Http.CircuitBreaker.Tests.Content;

namespace Http.CircuitBreaker.Tests.Soak;

/// <summary>The behaviour of a host for one call.</summary>
internal enum SoakFault
{
    None,
    Body,
    BrokenBody,

    /// <summary>The body stalls midway until the call is released, and then continues or breaks.</summary>
    StalledBody,
    Status,
    Exception,
    Timeout,
    HandlerBug,

    /// <summary>The call hangs until it is canceled or released.</summary>
    Hang,
}

/// <summary>The hosts of all clients. Each host has a current fault that affects most of its calls; other faults occur at random.</summary>
internal sealed class SoakHosts
{
    private static readonly SoakFault[] _faults = Enum.GetValues<SoakFault>();
    private readonly ConcurrentDictionary<Uri, SoakFault> _currentFaults = new();
    private readonly ConcurrentQueue<TaskCompletionSource<HttpResponseMessage>> _hanging = new();
    private long _calls;
    private volatile bool _isHealed;

    /// <summary>The number of calls that reached the hosts.</summary>
    public long Calls => Volatile.Read(ref _calls);

    public void ChangeFault(Uri host, Random random) => _currentFaults[host] = random.Next(2) == 0 ? SoakFault.None : _faults[random.Next(_faults.Length)];

    /// <summary>Responds to the oldest hanging call.</summary>
    public bool Release(Random random)
    {
        if (!_hanging.TryDequeue(out var pending))
        {
            return false;
        }

        pending.TrySetResult(new HttpResponseMessage(random.Next(3) == 0 ? HttpStatusCode.BadGateway : HttpStatusCode.OK));
        return true;
    }

    public void ReleaseAll(Random random)
    {
        while (Release(random))
        {
        }
    }

    /// <summary>Makes all hosts healthy from now on.</summary>
    public void Heal() => _isHealed = true;

    public Task<HttpResponseMessage> RespondAsync(HttpRequestMessage request, CancellationToken token)
    {
        Interlocked.Increment(ref _calls);
        return PickFault(request.RequestUri!) switch
        {
            SoakFault.Status => StatusAsync(),
            SoakFault.Exception => Task.FromException<HttpResponseMessage>(new HttpRequestException(HttpRequestError.ConnectionError)),
            SoakFault.Timeout => Task.FromException<HttpResponseMessage>(new TaskCanceledException("connect", new TimeoutException())),
            SoakFault.HandlerBug => throw new InvalidOperationException("An inner handler has a bug."),
            SoakFault.BrokenBody => BodyAsync(new byte[10], new HttpIOException(HttpRequestError.ResponseEnded)),
            SoakFault.Body => BodyAsync(new byte[10], new byte[10]),
            SoakFault.StalledBody => BodyAsync(new byte[10], EnqueueHanging().Task, EndOfStalledBody()),
            SoakFault.Hang => HangAsync(token),
            _ => Task.FromResult(new HttpResponseMessage()),
        };
    }

    private static async Task<HttpResponseMessage> StatusAsync()
    {
        await Task.Yield();
        var response = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
        if (Random.Shared.Next(4) == 0)
        {
            response.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(1));
        }

        return response;
    }

    private static async Task<HttpResponseMessage> BodyAsync(params object[] script)
    {
        await Task.Yield();
        return new HttpResponseMessage { Content = new ScriptedContent(script) };
    }

    private static object EndOfStalledBody() =>
        Random.Shared.Next(2) == 0 ? new byte[10] : new HttpIOException(HttpRequestError.ResponseEnded);

    private SoakFault PickFault(Uri host)
    {
        if (_isHealed)
        {
            return SoakFault.None;
        }

        return Random.Shared.Next(10) switch
        {
            0 => _faults[Random.Shared.Next(_faults.Length)],
            < 7 => _currentFaults.GetValueOrDefault(host),
            _ => SoakFault.Body,
        };
    }

    private TaskCompletionSource<HttpResponseMessage> EnqueueHanging()
    {
        var pending = new TaskCompletionSource<HttpResponseMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        _hanging.Enqueue(pending);
        return pending;
    }

    private async Task<HttpResponseMessage> HangAsync(CancellationToken token)
    {
        var pending = EnqueueHanging();
        using var cancellation = token.Register(() => pending.TrySetCanceled(token));
        return await pending.Task;
    }
}
