using System.Net;
using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Http.CircuitBreaker.Tests.Registry;

public sealed class StandaloneRegistryTests
{
    [Fact]
    public async Task Handlers_have_separate_circuits_unless_they_share_a_registry()
    {
        using var rig = new HandlerRig();
        await rig.OpenAsync();

        using var sharing = Invoker(new CircuitBreakerHandler(rig.Options, rig.Handler.Circuits), rig.Inner);
        using var alone = Invoker(new CircuitBreakerHandler(rig.Options, registry: null, rig.Time), rig.Inner);

        Assert.True((await SendAsync(sharing)).IsCircuitOpen());
        Assert.False((await SendAsync(alone)).IsCircuitOpen());
    }

    [Fact]
    public async Task Options_of_a_handler_that_joins_a_registry_apply_to_all_its_handlers()
    {
        using var rig = new HandlerRig();
        var stricter = new CircuitBreakerOptions { MinimumThroughput = 2 };
        using var other = new CircuitBreakerHandler(stricter, rig.Handler.Circuits);
        rig.AnswerWith(HttpStatusCode.InternalServerError);

        await rig.SendAsync();
        await rig.SendAsync();

        Assert.Equal(CircuitState.Open, rig.Circuit.State);
        Assert.Same(rig.Handler.Circuits, other.Circuits);
    }

    [Fact]
    public async Task Later_changes_to_the_options_object_have_no_effect()
    {
        using var rig = new HandlerRig();
        rig.Options.ConsecutiveFailures = 1;
        rig.Options.Mode = CircuitBreakerMode.Disabled;
        rig.Options.CircuitName = _ => "another circuit";
        rig.AnswerWith(HttpStatusCode.InternalServerError);

        await rig.SendAsync();

        Assert.Equal((CircuitState.Closed, 1), (rig.Circuit.State, rig.Circuit.TotalFailed));
    }

    [Fact]
    public void Registry_from_a_service_container_cannot_be_passed_to_a_standalone_handler()
    {
        using var rig = new RegistryRig(["c"]);

        var exception = Assert.Throws<ArgumentException>(() => new CircuitBreakerHandler(new CircuitBreakerOptions(), rig.Registry));

        Assert.Equal("registry", exception.ParamName);
    }

    [Fact]
    public void Handler_that_joins_a_registry_must_use_the_same_TimeProvider()
    {
        using var rig = new HandlerRig();

        var exception = Assert.Throws<ArgumentException>(
            () => new CircuitBreakerHandler(rig.Options, rig.Handler.Circuits, new FakeTimeProvider()));

        Assert.Equal("timeProvider", exception.ParamName);
        using var same = new CircuitBreakerHandler(rig.Options, rig.Handler.Circuits, rig.Time);
    }

    [Fact]
    public void Invalid_options_are_rejected_with_every_validation_error()
    {
        var options = new CircuitBreakerOptions { FailureRatio = 2, HalfOpenProbes = 0 };

        var exception = Assert.Throws<OptionsValidationException>(() => new CircuitBreakerHandler(options));

        Assert.Equal(2, exception.Failures.Count());
    }

    [Fact]
    public async Task ClientTimeout_option_applies_to_a_standalone_handler()
    {
        using var rig = new HandlerRig(options => options.ClientTimeout = TimeSpan.FromSeconds(10)) { Answer = HandlerAnswers.HangAsync };
        using var caller = new CancellationTokenSource();
        var sending = rig.SendAsync(token: caller.Token);
        rig.Time.Advance(TimeSpan.FromSeconds(10));

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.Equal("timeout", rig.Circuit.LastFailureReason);
    }

    [Fact]
    public async Task Registry_can_isolate_circuits_after_one_of_its_handlers_was_disposed()
    {
        using var rig = new HandlerRig();
        var circuits = rig.Handler.Circuits;
        new CircuitBreakerHandler(rig.Options, circuits).Dispose();
        circuits.Isolate(HandlerRig.Key);

        Assert.True((await rig.SendAsync()).IsCircuitOpen());
        Assert.Throws<ArgumentException>(() => circuits.Isolate(CircuitKey.FromClient("named")));
    }

    [Fact]
    public async Task Standalone_handler_writes_logs_if_it_has_a_logger_factory()
    {
        var logs = FakeLogCollector.Create(new FakeLogCollectorOptions());
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(new FakeLoggerProvider(logs)));
        using var rig = new HandlerRig(loggers: loggers);
        using var same = new CircuitBreakerHandler(rig.Options, rig.Handler.Circuits, loggerFactory: loggers);
        await rig.OpenAsync();

        Assert.Equal(("CircuitOpened", "Http.CircuitBreaker"), (logs.LatestRecord.Id.Name, logs.LatestRecord.Category));
        var exception = Assert.Throws<ArgumentException>(
            () => new CircuitBreakerHandler(rig.Options, rig.Handler.Circuits, loggerFactory: NullLoggerFactory.Instance));
        Assert.Equal("loggerFactory", exception.ParamName);
    }

    private static HttpMessageInvoker Invoker(CircuitBreakerHandler handler, HttpMessageHandler inner)
    {
        handler.InnerHandler = inner;
        return new HttpMessageInvoker(handler, disposeHandler: false);
    }

    private static Task<HttpResponseMessage> SendAsync(HttpMessageInvoker invoker) =>
        invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, HandlerRig.Url), default);
}
