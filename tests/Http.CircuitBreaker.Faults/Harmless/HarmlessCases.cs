using System.Net;

namespace Http.CircuitBreaker.Faults.Harmless;

/// <summary>All cases that must never open a circuit.</summary>
public static class HarmlessCases
{
    private static readonly TimeSpan _soon = TimeSpan.FromMilliseconds(60);
    private static readonly int[] _statuses = [200, 302, 304, 401, 403, 404];

    public static IReadOnlyList<HarmlessCase> All { get; } = [.. Callers(), .. Responses(), .. CallerErrors(), .. HarmlessUploads.All(), .. Others()];

    private static IEnumerable<HarmlessCase> Callers() =>
    [
        new("token canceled before the call") { Call = client => CanceledAsync(client.GetAsync("pending", new CancellationToken(true))) },
        new("caller cancels") { Call = CancelOneAsync },
        new("callers cancel early under a short client timeout") { Call = CancelEarlyAsync, ClientTimeout = TimeSpan.FromSeconds(4) },
        new("a thousand callers cancel simultaneously") { Call = CancelManyAsync },
        new("cancellation surfaces as HttpRequestException")
        {
            Call = client => Expect.ThrowsAsync<Exception>(() => CancelSoonAsync(client)),
            Inside = () => new Handlers.CancellationTranslator(canceled => new HttpRequestException("Sending failed.", canceled)),
        },
        new("cancellation surfaces as IOException")
        {
            Call = client => Expect.ThrowsAsync<Exception>(() => CancelSoonAsync(client)),
            Inside = () => new Handlers.CancellationTranslator(canceled => new IOException("Aborted.", canceled)),
        },
        new("outer timeout cancels a call before it is slow")
        {
            Call = client => CanceledAsync(client.GetAsync("pending")),
            Outside = () => new Handlers.TotalTimeout(_soon),
            SlowCallDuration = TimeSpan.FromSeconds(20),
        },
        new("pending requests canceled") { Call = CancelPendingAsync },
    ];

    private static IEnumerable<HarmlessCase> Responses() =>
    [
        .. _statuses.Select(code => new HarmlessCase($"status {code}") { Call = client => ExpectAsync(client.GetAsync($"status/{code}"), code), IsSuccess = true }),
        new("status 501 outside the list") { Call = client => ExpectAsync(client.GetAsync("status/501"), 501), FailureStatusCodes = ["500", "502-599"], IsSuccess = true },
        new("HEAD") { Call = client => ExpectAsync(client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "large")), 200), IsSuccess = true },
        new("204 without a body") { Call = client => ExpectAsync(client.GetAsync("empty"), 204), IsSuccess = true },
        new("streamed response disposed midway") { Call = client => ReadSomeAsync(client, TimeSpan.Zero), IsSuccess = true },
        new("event stream abandoned after the client's timeout")
        {
            Call = client => ReadSomeAsync(client, TimeSpan.FromSeconds(4.5)),
            ClientTimeout = TimeSpan.FromSeconds(4),
            IsSuccess = true,
        },
        new("response object of a cache, returned again and again")
        {
            Call = client => ReadManyAsync(client),
            Inside = () => new Handlers.Cache(),
            IsSuccess = true,
        },
        new("gRPC stream that waits for its first message")
        {
            Call = WaitForMessageAsync,
            IsHttp2 = true,
            SlowCallDuration = _soon * 2,
        },
        new("response larger than the client's buffer") { Call = ExceedBufferAsync, IsSuccess = true },
    ];

    private static IEnumerable<HarmlessCase> CallerErrors() =>
    [
        new("response headers larger than the client's limit")
        {
            Call = client => Expect.ThrowsAsync<HttpRequestException>(() => client.GetAsync("headers")),
            Transport = transport => transport.MaxResponseHeadersLength = 1,
        },
        InnerHandlerThrows("authentication handler throws", () => new InvalidOperationException("No token.")),
        InnerHandlerThrows("token handler gets status 500", () => new HttpRequestException("No token.", null, HttpStatusCode.InternalServerError)),
        InnerHandlerThrows("inner handler has no directory for its key", () => new DirectoryNotFoundException()),
        InnerHandlerThrows("inner handler has no key file", () => new FileNotFoundException()),
        new("inner handler turns a 404 into an exception")
        {
            Call = client => Expect.ThrowsAsync<HttpRequestException>(() => client.GetAsync("status/404")),
            Inside = () => new Handlers.StatusTranslator(),
        },
    ];

    private static IEnumerable<HarmlessCase> Others() =>
    [
        new("no free local address") { Call = ConnectInVainAsync, Transport = transport => transport.ConnectCallback = LocalShortage.ConnectAsync },
        new("no free socket handle") { Call = ConnectInVainAsync, Transport = transport => transport.ConnectCallback = LocalShortage.ConnectWithoutHandleAsync },
        new("hedged loser") { Call = client => ExpectAsync(client.GetAsync("pending"), 200), Outside = () => new Handlers.Hedging(), IsSuccess = true },
        new("another breaker's rejection") { Call = client => ExpectAsync(client.GetAsync("status/200"), 503), Inside = OpenBreaker },
    ];

    private static async Task CancelSoonAsync(HttpClient client)
    {
        using var caller = new CancellationTokenSource(_soon);
        await client.GetAsync("pending", caller.Token);
    }

    // Type-ahead cancels a call with each key.
    private static async Task CancelEarlyAsync(HttpClient client)
    {
        for (var i = 0; i < 20; i++)
        {
            using var caller = new CancellationTokenSource(TimeSpan.FromMilliseconds(15));
            await CanceledAsync(client.GetAsync("pending", caller.Token));
        }
    }

    private static Task CancelOneAsync(HttpClient client) => CanceledAsync(CancelSoonAsync(client));

    private static async Task CancelManyAsync(HttpClient client)
    {
        using var callers = new CancellationTokenSource();
        var calls = Enumerable.Range(0, 1_000).Select(_ => client.GetAsync("pending", callers.Token)).ToList();
        await Task.Delay(_soon);
        await callers.CancelAsync();
        foreach (var call in calls)
        {
            // While the circuit is half-open, all calls but one are rejected before the cancellation.
            await Task.WhenAny(call);
            Expect.That(call.IsCanceled || (await call).IsCircuitOpen(), $"The status of a call is {call.Status}.");
        }
    }

    private static async Task CancelPendingAsync(HttpClient client)
    {
        var call = client.GetAsync("pending");
        await Task.Delay(_soon);
        client.CancelPendingRequests();
        await CanceledAsync(call);
    }

    private static async Task ReadSomeAsync(HttpClient client, TimeSpan duration)
    {
        using var reader = new CancellationTokenSource();
        using var response = await client.GetAsync("events", HttpCompletionOption.ResponseHeadersRead, reader.Token);
        await using var stream = await response.Content.ReadAsStreamAsync(reader.Token);
        var started = TimeProvider.System.GetTimestamp();
        do
        {
            Expect.That(await stream.ReadAsync(new byte[16], reader.Token) > 0, "The stream has ended.");
        }
        while (TimeProvider.System.GetElapsedTime(started) < duration);

        await reader.CancelAsync();
        await Expect.ThrowsAsync<OperationCanceledException>(() => stream.CopyToAsync(Stream.Null, reader.Token));
    }

    // Each layer of a wrapper would take part of the stack.
    private static async Task ReadManyAsync(HttpClient client)
    {
        for (var i = 0; i < 3_000; i++)
        {
            var response = await client.GetAsync("status/200", HttpCompletionOption.ResponseHeadersRead);
            await response.Content.ReadAsByteArrayAsync();
        }
    }

    private static async Task WaitForMessageAsync(HttpClient client)
    {
        using var caller = new CancellationTokenSource(_soon * 4);
        using var content = new ByteArrayContent(new byte[5]) { Headers = { ContentType = new("application/grpc") } };
        await CanceledAsync(client.PostAsync("pending", content, caller.Token));
    }

    private static async Task ExceedBufferAsync(HttpClient client)
    {
        using var response = await client.GetAsync("large", HttpCompletionOption.ResponseHeadersRead);
        await Expect.ThrowsAsync<HttpRequestException>(() => response.Content.LoadIntoBufferAsync(1_000));
    }

    private static Task ConnectInVainAsync(HttpClient client) =>
        Expect.ThrowsAsync<HttpRequestException>(() => client.GetAsync(LocalShortage.Path));

    private static HarmlessCase InnerHandlerThrows(string name, Func<Exception> create) => new(name)
    {
        Call = client => Expect.ThrowsAsync<Exception>(() => client.GetAsync("status/200")),
        Inside = () => new Handlers.Throwing(create),
    };

    private static CircuitBreakerHandler OpenBreaker()
    {
        var breaker = new CircuitBreakerHandler(new CircuitBreakerOptions { Scope = CircuitScope.Client });
        breaker.Circuits.Isolate(CircuitKey.FromClient(""));
        return breaker;
    }

    private static async Task ExpectAsync(Task<HttpResponseMessage> call, int status)
    {
        using var response = await call;
        Expect.That(response.StatusCode == (HttpStatusCode)status, $"Expected status {status}, but it is {response.StatusCode}.");
    }

    private static Task CanceledAsync(Task call) => Expect.ThrowsAsync<OperationCanceledException>(() => call);
}
