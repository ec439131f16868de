using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Http.CircuitBreaker.Tests.Content;

namespace Http.CircuitBreaker.Tests.Soak;

/// <summary>All the hosts behind all the clients. Each has a fault of the day, which most of its calls meet, and some meet another.</summary>
internal sealed class SoakHosts
{
    private static readonly SoakFault[] _faults = Enum.GetValues<SoakFault>();
    private readonly ConcurrentDictionary<Uri, SoakFault> _faultOfTheDay = new();
    private readonly ConcurrentQueue<TaskCompletionSource<HttpResponseMessage>> _hanging = new();
    private long _calls;
    private volatile bool _isHealed;

    /// <summary>How many calls got here.</summary>
    public long Calls => Volatile.Read(ref _calls);

    public void Switch(Uri host, Random random) => _faultOfTheDay[host] = random.Next(2) == 0 ? SoakFault.None : _faults[random.Next(_faults.Length)];

    /// <summary>The call that has been hanging longest is answered after all.</summary>
    public bool Release(Random random)
    {
        if (!_hanging.TryDequeue(out var answer))
        {
            return false;
        }

        answer.TrySetResult(new HttpResponseMessage(random.Next(3) == 0 ? HttpStatusCode.BadGateway : HttpStatusCode.OK));
        return true;
    }

    public void ReleaseAll(Random random)
    {
        while (Release(random))
        {
        }
    }

    /// <summary>From now on all is well everywhere.</summary>
    public void Heal() => _isHealed = true;

    public Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, CancellationToken token)
    {
        Interlocked.Increment(ref _calls);
        return FaultFor(request.RequestUri!) switch
        {
            SoakFault.Status => StatusAsync(),
            SoakFault.Exception => Task.FromException<HttpResponseMessage>(new HttpRequestException(HttpRequestError.ConnectionError)),
            SoakFault.Timeout => Task.FromException<HttpResponseMessage>(new TaskCanceledException("connect", new TimeoutException())),
            SoakFault.OwnBug => throw new InvalidOperationException("A handler below has a bug."),
            SoakFault.BrokenBody => BodyAsync(new byte[10], new HttpIOException(HttpRequestError.ResponseEnded)),
            SoakFault.Body => BodyAsync(new byte[10], new byte[10]),
            SoakFault.StalledBody => BodyAsync(new byte[10], NextToHang().Task, EndOfStalledBody()),
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

    private SoakFault FaultFor(Uri host)
    {
        if (_isHealed)
        {
            return SoakFault.None;
        }

        return Random.Shared.Next(10) switch
        {
            0 => _faults[Random.Shared.Next(_faults.Length)],
            < 7 => _faultOfTheDay.GetValueOrDefault(host),
            _ => SoakFault.Body,
        };
    }

    private TaskCompletionSource<HttpResponseMessage> NextToHang()
    {
        var answer = new TaskCompletionSource<HttpResponseMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        _hanging.Enqueue(answer);
        return answer;
    }

    private async Task<HttpResponseMessage> HangAsync(CancellationToken token)
    {
        var answer = NextToHang();
        using var cancellation = token.Register(() => answer.TrySetCanceled(token));
        return await answer.Task;
    }
}
