using System.Runtime.CompilerServices;
using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Http.CircuitBreaker.Tests.Composition;

/// <summary>Scenario 32: the timeout that a handler is not told, learned from the client that the factory made.</summary>
public sealed class ClientTimeoutTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly TaskCompletionSource _arrived = new();
    private ServiceProvider? _services;

    public void Dispose() => _services?.Dispose();

    [Theory]
    [InlineData(9.4, 0)] // A caller who gives up,
    [InlineData(9.5, 1)] // the timeout, as early as timers may be,
    [InlineData(10, 1)] // and on time.
    public async Task A_cancelled_call_is_a_failure_from_the_timeout_on_that_a_typed_client_set_in_its_constructor(double seconds, int failures)
    {
        var client = Build(client => client.Timeout = TimeSpan.FromSeconds(99)).GetRequiredService<TypedClient>();

        await CancelAfterAsync(client.Http, seconds);

        Assert.Equal(failures, TotalFailed());
    }

    [Fact]
    public async Task The_newest_client_of_the_name_is_asked()
    {
        var services = Build(_ => { });
        var old = services.GetRequiredService<TypedClient>();
        services.GetRequiredService<TypedClient>().Http.Timeout = TimeSpan.FromSeconds(60);

        await CancelAfterAsync(old.Http, 10);

        Assert.Equal(0, TotalFailed());
    }

    [Fact]
    public async Task What_the_newest_client_said_last_holds_when_it_is_gone()
    {
        var services = Build(_ => { });
        var old = services.GetRequiredService<TypedClient>();
        await CancelAfterAsync(old.Http, 10);
        MakeAndForget(services);
        GC.Collect();
        GC.WaitForPendingFinalizers();

        await CancelAfterAsync(old.Http, 10);

        Assert.Equal(2, TotalFailed());
    }

    [Fact]
    public async Task Without_a_timeout_every_cancellation_is_the_callers()
    {
        var client = Build(_ => { }).GetRequiredService<TypedClient>();
        client.Http.Timeout = Timeout.InfiniteTimeSpan;

        await CancelAfterAsync(client.Http, 1_000);

        Assert.Equal(0, TotalFailed());
    }

    [Fact]
    public async Task The_option_wins_over_what_is_learned()
    {
        var client = Build(_ => { }, options => options.ClientTimeout = TimeSpan.FromSeconds(2)).GetRequiredService<TypedClient>();

        await CancelAfterAsync(client.Http, 2);

        Assert.Equal(1, TotalFailed());
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void MakeAndForget(ServiceProvider services) => services.GetRequiredService<TypedClient>();

    private ServiceProvider Build(Action<HttpClient> configure, Action<CircuitBreakerOptions>? options = null)
    {
        var services = new ServiceCollection().AddSingleton<TimeProvider>(_time);
        services.AddHttpClient<TypedClient>(configure)
            .AddCircuitBreaker(options ?? (_ => { }))
            .ConfigurePrimaryHttpMessageHandler(() => new StubHandler(async (_, token) =>
            {
                _arrived.TrySetResult();
                await Task.Delay(Timeout.Infinite, token);
                throw new InvalidOperationException("It has to be cancelled.");
            }));
        return _services = services.BuildServiceProvider();
    }

    // The clock of the breaker moves, then the token that its handler received is cancelled: all that it sees of either cause.
    private async Task CancelAfterAsync(HttpClient http, double seconds)
    {
        using var caller = new CancellationTokenSource();
        var call = http.GetAsync("http://host/", caller.Token);
        await _arrived.Task;
        _time.Advance(TimeSpan.FromSeconds(seconds));
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    private long TotalFailed() => _services!.GetRequiredService<ICircuitRegistry>().GetSnapshots().Single().TotalFailed;

    private sealed class TypedClient
    {
        public TypedClient(HttpClient http) => (Http, http.Timeout) = (http, TimeSpan.FromSeconds(10));

        public HttpClient Http { get; }
    }
}
