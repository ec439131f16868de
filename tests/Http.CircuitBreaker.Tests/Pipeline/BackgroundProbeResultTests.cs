using System.Net;
using Http.CircuitBreaker.Tests.Content;
using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Tests.Pipeline;

/// <summary>A background probe succeeds only with a 2xx response whose body arrives. Everything else is a failure.</summary>
public sealed class BackgroundProbeResultTests : IDisposable
{
    private const string Url = "http://host/";
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _break = TimeSpan.FromSeconds(5);

    private readonly ConfigurationApp _app = ConfigurationApp.WithoutConfiguration();
    private readonly List<CircuitState> _states = [];
    private int _probes;

    public static TheoryData<Func<HttpResponseMessage?>, string> Errors => new()
    {
        { () => throw new InvalidOperationException("no token"), "System.InvalidOperationException" },
        { () => throw new HttpRequestException("token endpoint", null, HttpStatusCode.Unauthorized), "System.Net.Http.HttpRequestException" },
        { () => throw new HttpRequestException(HttpRequestError.UserAuthenticationError), "System.Net.Http.HttpRequestException" },
        { () => throw new FileNotFoundException("key.pem"), "System.IO.FileNotFoundException" },
        { () => null, "System.NullReferenceException" },
        { () => Body(new IOException("reset")), "System.IO.IOException" },
        { () => Body(new InvalidDataException("corrupt gzip")), "System.IO.InvalidDataException" },
        { () => Body(new ObjectDisposedException("stream")), "System.ObjectDisposedException" },
    };

    public void Dispose() => _app.Dispose();

    [Theory]
    [InlineData(302)]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    public async Task Background_probe_that_gets_a_3xx_or_4xx_response_does_not_close_the_circuit(int status)
    {
        await OpenAsync(() => new HttpResponseMessage((HttpStatusCode)status));

        for (var i = 1; i <= 6; i++)
        {
            await ProbeAsync();
            await UntilAsync(CircuitState.Open);
            Assert.True(await _app.IsRejected("client", Url));
            Assert.Equal(i, _probes);
        }

        Assert.DoesNotContain(CircuitState.Closed, _states);
        Assert.Equal($"{status}", Circuit.LastFailureReason);

        // The state of the circuit changes before the warning is logged.
        await UntilAsync(() => _app.Log.GetSnapshot().Any(record => record.Id.Name == "ProbePathRefused"));
        var record = Assert.Single(_app.Log.GetSnapshot(), record => record.Id.Name == "ProbePathRefused");
        Assert.Equal(
            $"Circuit client http://host:80: the probe of /health was answered with {status}. Only a 2xx response closes the circuit, so calls "
            + "are rejected until the probe gets one; set ProbePath to a health check that needs no credentials. This is logged once.",
            record.Message);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(204)]
    public async Task Background_probe_with_a_2xx_response_closes_the_circuit(int status)
    {
        await OpenAsync(() => new HttpResponseMessage((HttpStatusCode)status));

        await ProbeAsync();

        await UntilAsync(CircuitState.Closed);
        Assert.Equal((1, 0), (Circuit.TotalSucceeded, Circuit.InFlight));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(429)]
    public async Task Background_probe_with_a_failure_status_does_not_log_a_wrong_ProbePath(int status)
    {
        await OpenAsync(() => new HttpResponseMessage((HttpStatusCode)status));

        await ProbeAsync();

        await UntilAsync(CircuitState.Open);
        Assert.DoesNotContain(_app.Log.GetSnapshot(), record => record.Id.Name == "ProbePathRefused");
    }

    [Theory]
    [InlineData(401, CircuitOutcome.Success, CircuitState.Closed)]
    [InlineData(200, CircuitOutcome.Failure, CircuitState.Open)]
    [InlineData(200, CircuitOutcome.Ignored, CircuitState.Open)]
    public async Task Classify_determines_the_outcome_of_a_background_probe_and_Ignored_fails_it(
        int status, CircuitOutcome outcome, CircuitState expected)
    {
        await OpenAsync(
            () => new HttpResponseMessage((HttpStatusCode)status),
            options => options.Classify = call => call.Request.RequestUri!.AbsolutePath == "/health" ? outcome : null);

        await ProbeAsync();

        await UntilAsync(expected);
        Assert.Equal(1, _probes);
        Assert.DoesNotContain(_app.Log.GetSnapshot(), record => record.Id.Name == "ProbePathRefused");
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task Exception_that_would_be_ignored_for_a_call_fails_a_background_probe(Func<HttpResponseMessage?> answer, string reason)
    {
        await OpenAsync(answer);

        await ProbeAsync();

        await UntilAsync(CircuitState.Open);
        Assert.Equal((reason, 0, 0), (Circuit.LastFailureReason, Circuit.InFlight, Circuit.TotalIgnored));
        Assert.True(await _app.IsRejected("client", Url));
        Assert.Equal(1, _probes);
    }

    [Fact]
    public async Task Rejection_by_an_inner_circuit_breaker_fails_a_background_probe()
    {
        using var inner = new CircuitBreakerHandler(new CircuitBreakerOptions(), timeProvider: _app.Time) { InnerHandler = _app.Inner };
        inner.Circuits.Isolate(CircuitKey.FromUri("", new Uri(Url)));
        using var invoker = new HttpMessageInvoker(inner, disposeHandler: false);
        using var rejected = await invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, Url), CancellationToken.None);
        await OpenAsync(() => rejected);

        await ProbeAsync();

        await UntilAsync(CircuitState.Open);
        Assert.Equal("503", Circuit.LastFailureReason);
    }

    [Fact]
    public async Task Background_probe_fails_if_its_body_stalls_after_successful_headers()
    {
        using var body = new PacedStream();
        await OpenAsync(
            () => new HttpResponseMessage { Content = new StreamContent(body) }, options => options.ProbeTimeout = TimeSpan.FromSeconds(10));
        await ProbeAsync();
        await body.IsStalled;

        _app.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await _app.IsRejected("client", Url));
        Assert.Equal(CircuitState.HalfOpen, Circuit.State);
        _app.Time.Advance(TimeSpan.FromSeconds(9));

        await UntilAsync(CircuitState.Open);
        Assert.Equal(("timeout", 1), (Circuit.LastFailureReason, _probes));
    }

    [Fact]
    public async Task Background_probe_whose_body_keeps_arriving_closes_the_circuit_after_a_second()
    {
        using var body = new PacedStream();
        await OpenAsync(() => new HttpResponseMessage { Content = new StreamContent(body) });
        await ProbeAsync();
        await body.IsStalled;
        Assert.Equal(CircuitState.HalfOpen, Circuit.State);

        _app.Time.Advance(TimeSpan.FromSeconds(1));
        body.Continue();

        await UntilAsync(CircuitState.Closed);
        Assert.Equal((1, 0), (Circuit.TotalSucceeded, Circuit.InFlight));
    }

    [Fact]
    public async Task Time_to_read_the_body_of_a_background_probe_does_not_count_toward_SlowCallDuration()
    {
        using var body = new PacedStream();
        await OpenAsync(
            () => new HttpResponseMessage { Content = new StreamContent(body) }, options => options.SlowCallDuration = TimeSpan.FromSeconds(1));
        await ProbeAsync();
        await body.IsStalled;

        _app.Time.Advance(TimeSpan.FromMilliseconds(999));
        body.Continue();
        await body.IsStalled;
        _app.Time.Advance(TimeSpan.FromMilliseconds(999));
        body.Continue();

        await UntilAsync(CircuitState.Closed);
    }

    private static HttpResponseMessage Body(Exception fault) => new() { Content = new ScriptedContent(new byte[3], fault) };

    private CircuitSnapshot Circuit => _app.Circuit("client", Url);

    // Calls fail until the circuit is open. After that, only probes are sent.
    private async Task OpenAsync(Func<HttpResponseMessage?> answerToProbe, Action<CircuitBreakerOptions>? configure = null)
    {
        _app.AddClient("client").AddCircuitBreaker(options =>
        {
            (options.ProbePath, options.MinimumThroughput, options.BreakDuration, options.BreakJitter) = ("/health", 2, _break, 0);
            options.OnStateChange = change => _states.Add(change.State);
            configure?.Invoke(options);
        });
        await _app.Fail("client", Url, 2);
        Assert.Equal(CircuitState.Open, Circuit.State);
        _app.Answer = (request, _) =>
        {
            Assert.Equal("/health", request.RequestUri!.AbsolutePath);
            Interlocked.Increment(ref _probes);
            return Task.FromResult(answerToProbe()!);
        };
    }

    private async Task ProbeAsync()
    {
        var before = Volatile.Read(ref _probes);
        _app.Time.Advance(_break);
        Assert.True(await _app.IsRejected("client", Url));
        await UntilAsync(() => Volatile.Read(ref _probes) > before);
    }

    private Task UntilAsync(CircuitState state) => UntilAsync(() => Circuit.State == state);

    private static async Task UntilAsync(Func<bool> condition)
    {
        var deadline = Environment.TickCount64 + (long)_timeout.TotalMilliseconds;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 < deadline, "The condition did not become true in time.");
            await Task.Yield();
        }
    }

    /// <summary>A stream that yields one byte, and then one more each time the test continues it.</summary>
    private sealed class PacedStream : MemoryStream
    {
        private readonly SemaphoreSlim _bytes = new(1);
        private readonly SemaphoreSlim _stalls = new(0);

        public Task IsStalled => _stalls.WaitAsync(_timeout);

        public void Continue() => _bytes.Release();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!await _bytes.WaitAsync(TimeSpan.Zero, cancellationToken))
            {
                _stalls.Release();
                await _bytes.WaitAsync(cancellationToken);
                cancellationToken.ThrowIfCancellationRequested();
            }

            return 1;
        }
    }
}
