using Http.CircuitBreaker.Configuration;
using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Http.CircuitBreaker.Tests.Content;

/// <summary>
/// A breaker over responses that the test supplies. With the default options failures are counted, but the circuit never opens.
/// </summary>
internal sealed class BodyBench : IDisposable
{
    public static readonly TimeSpan Break = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan ClientTimeout = TimeSpan.FromSeconds(10);
    private static readonly Uri _address = new("http://host/");

    private readonly HttpMessageInvoker _invoker;

    public BodyBench(Action<CircuitBreakerOptions>? configure = null)
    {
        var options = new CircuitBreakerOptions
        {
            ConsecutiveFailures = null,
            ConsecutiveFailuresDuration = TimeSpan.Zero,
            MinimumThroughput = 1_000_000,
            BreakDuration = Break,
            BreakJitter = 0,
            ClientTimeout = ClientTimeout,
        };
        configure?.Invoke(options);
        Handler = new CircuitBreakerHandler(options, timeProvider: Time)
        {
            InnerHandler = new StubHandler((request, _) => Answer(request)),
        };
        _invoker = new HttpMessageInvoker(Handler);
    }

    public FakeTimeProvider Time { get; } = new();

    public CircuitBreakerHandler Handler { get; }

    public Func<HttpRequestMessage, Task<HttpResponseMessage>> Answer { get; set; } = _ => Task.FromResult(new HttpResponseMessage());

    public CircuitSnapshot Circuit => Assert.Single(Handler.Circuits.GetSnapshots());

    /// <summary>The outcomes so far.</summary>
    public (long Succeeded, long Failed, long Ignored) Totals => (Circuit.TotalSucceeded, Circuit.TotalFailed, Circuit.TotalIgnored);

    public Task<HttpResponseMessage> SendAsync(HttpMethod? method = null, CancellationToken token = default) =>
        _invoker.SendAsync(new HttpRequestMessage(method ?? HttpMethod.Get, _address), token);

    public HttpResponseMessage Send(CancellationToken token) => _invoker.Send(new HttpRequestMessage(HttpMethod.Get, _address), token);

    /// <summary>Makes a call with this scripted response content.</summary>
    public Task<HttpResponseMessage> GetAsync(CancellationToken token, params object[] script)
    {
        Answer = _ => Task.FromResult(new HttpResponseMessage { Content = new ScriptedContent(script) });
        return SendAsync(token: token);
    }

    public Task<HttpResponseMessage> GetAsync(params object[] script) => GetAsync(CancellationToken.None, script);

    /// <summary>Makes one call whose body breaks after complete headers.</summary>
    public async Task GetBrokenAsync()
    {
        using var response = await GetAsync(new byte[10], new IOException("reset"));
        await Assert.ThrowsAsync<HttpRequestException>(() => response.Content.ReadAsByteArrayAsync());
    }

    /// <summary>Makes one call and reads its body to the end.</summary>
    public async Task GetWholeAsync()
    {
        using var response = await GetAsync(new byte[10]);
        Assert.Equal(10, (await response.Content.ReadAsByteArrayAsync()).Length);
    }

    public void IsolateUntilProbe()
    {
        Handler.Circuits.Isolate(CircuitKey.FromUri(StandaloneSettings.ClientName, _address), Break);
        Time.Advance(Break);
    }

    public void Dispose() => _invoker.Dispose();
}
