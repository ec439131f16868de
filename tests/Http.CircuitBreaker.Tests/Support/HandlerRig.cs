using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Http.CircuitBreaker.Tests.Support;

/// <summary>A standalone circuit breaker handler with a fake clock and a stub as its inner handler.</summary>
internal sealed class HandlerRig : IDisposable
{
    public const string Url = "http://host/path?query";

    public HandlerRig(
        Action<CircuitBreakerOptions>? configure = null, HttpMessageHandler? inner = null, FakeTimeProvider? time = null, ILoggerFactory? loggers = null)
    {
        Time = time ?? new FakeTimeProvider();
        Options = new CircuitBreakerOptions
        {
            BreakDuration = TimeSpan.FromSeconds(5),
            MaxBreakDuration = TimeSpan.FromSeconds(60),
            BreakJitter = 0,
            ConsecutiveFailuresDuration = TimeSpan.Zero,
        };
        configure?.Invoke(Options);
        Inner = new StubHandler((request, token) => Answer(request, token));
        Handler = new CircuitBreakerHandler(Options, registry: null, Time, loggers) { InnerHandler = inner ?? Inner };
        Invoker = new HttpMessageInvoker(Handler);
    }

    public CircuitBreakerOptions Options { get; }

    public FakeTimeProvider Time { get; }

    public StubHandler Inner { get; }

    public CircuitBreakerHandler Handler { get; }

    public HttpMessageInvoker Invoker { get; }

    public Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> Answer { get; set; } =
        (_, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));

    public static CircuitKey Key { get; } = CircuitKey.FromUri("", new Uri(Url));

    public CircuitSnapshot Circuit => Handler.Circuits.Find(Key) ?? throw new InvalidOperationException("There is no circuit yet.");

    public void AnswerWith(HttpStatusCode status) => Answer = (_, _) => Task.FromResult(new HttpResponseMessage(status));

    public void AnswerWith(Exception exception) => Answer = (_, _) => Task.FromException<HttpResponseMessage>(exception);

    public Task<HttpResponseMessage> SendAsync(string url = Url, CancellationToken token = default) =>
        Invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, url), token);

    public HttpResponseMessage Send(string url = Url, CancellationToken token = default) =>
        Invoker.Send(new HttpRequestMessage(HttpMethod.Get, url), token);

    /// <summary>Fails calls until the circuit opens. The stub keeps answering with <paramref name="status"/>.</summary>
    public async Task OpenAsync(HttpStatusCode status = HttpStatusCode.InternalServerError)
    {
        AnswerWith(status);
        while (Handler.Circuits.Find(Key) is not { State: CircuitState.Open })
        {
            await SendAsync();
        }
    }

    public void Dispose() => Invoker.Dispose();
}
