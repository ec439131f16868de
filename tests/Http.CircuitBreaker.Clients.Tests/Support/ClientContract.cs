using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Http.CircuitBreaker.Clients.Tests.Support;

/// <summary>
/// What must hold for every client library. A test class for each library supplies the client and how its users see a rejection.
/// </summary>
public abstract class ClientContract : IAsyncLifetime, ICircuitObserver
{
    /// <summary>The limit for everything that the tests wait for. Only a broken test reaches it.</summary>
    protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan _longTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _shortTimeout = TimeSpan.FromSeconds(3);

    // A break does not end during a test unless the test says so: its clock stands still.
    private static readonly TimeSpan _break = TimeSpan.FromSeconds(30);

    // 20 calls a second for at most 20 s.
    private static readonly TimeSpan _spacing = TimeSpan.FromMilliseconds(50);
    private const int MaxCalls = 400;

    private readonly FakeTimeProvider _time = new();
    private volatile bool _hasOpened;
    private WebApplication? _app;

    /// <summary>The library's own timeout: short only if the test is about it.</summary>
    protected TimeSpan LibraryTimeout { get; private set; }

    protected LoopbackServer Server { get; private set; } = null!;

    protected IServiceProvider Services => _app!.Services;

    protected CircuitSnapshot Circuit => Assert.Single(Services.GetRequiredService<ICircuitRegistry>().GetSnapshots());

    protected virtual HttpProtocols Protocols => HttpProtocols.Http1;

    /// <summary>Settings of this library's row in the table, as in appsettings.json.</summary>
    protected virtual Dictionary<string, string?> Settings => [];

    public async Task InitializeAsync() => Server = await LoopbackServer.StartAsync(Map, Protocols, AddToServer);

    public async Task DisposeAsync()
    {
        await StopAsync();
        await Server.DisposeAsync();
    }

    void ICircuitObserver.OnStateChange(CircuitStateChange change) => _hasOpened |= change.State == CircuitState.Open;

    [Theory]
    [InlineData(Fault.InternalServerError)]
    [InlineData(Fault.Refused)]
    [InlineData(Fault.Truncated)]
    public virtual async Task Circuit_opens_in_an_outage_and_closes_when_the_host_recovers(Fault fault)
    {
        await StartAsync();
        await CallAsync().WaitAsync(Limit);

        await Server.SetAsync(fault);
        await OpenAsync();
        var requests = Server.Requests;
        var rejected = await Assert.ThrowsAnyAsync<Exception>(() => CallAsync().WaitAsync(Limit));
        AssertRejected(rejected);
        Assert.Equal(requests, Server.Requests);

        await Server.SetAsync(Fault.None);
        _time.Advance(_break);
        await CallAsync().WaitAsync(Limit);
        Assert.Equal(CircuitState.Closed, Circuit.State);
    }

    [Fact]
    public virtual async Task Hanging_host_opens_the_circuit_if_the_client_library_has_a_short_timeout()
    {
        // The first call of a process is slow, and a circuit would remember it.
        await StartAsync();
        await CallAsync().WaitAsync(Limit);
        await StopAsync();
        await StartAsync(TimeProvider.System, _shortTimeout);
        for (var i = 0; i < 5; i++)
        {
            await CallAsync().WaitAsync(Limit);
        }

        await Server.SetAsync(Fault.Hang);
        var calls = new List<Task>();
        while (!_hasOpened && calls.Count < MaxCalls)
        {
            calls.Add(CallAsync());
            await Task.Delay(_spacing);
        }

        Assert.True(_hasOpened, $"The circuit is closed after {calls.Count} calls.");
        await Server.SetAsync(Fault.None);
        await Task.WhenAll(calls).WaitAsync(Limit)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        Assert.All(calls, call => Assert.True(call.IsCompleted));
    }

    /// <summary>Adds the routes that the library calls.</summary>
    protected abstract void Map(WebApplication app);

    protected virtual void AddToServer(IServiceCollection services)
    {
    }

    /// <summary>Adds the library's client as its row in the table says.</summary>
    protected abstract void AddClient(WebApplicationBuilder builder, Uri address);

    /// <summary>Starts the application, if the library needs one that runs.</summary>
    protected virtual Task RunAsync(WebApplication app) => Task.CompletedTask;

    /// <summary>Sends a call with the library. Fails if the library's user would see a failure.</summary>
    protected abstract Task CallAsync();

    /// <summary>Asserts what the library's user sees while the circuit is open.</summary>
    protected abstract void AssertRejected(Exception exception);

    /// <summary>Calls until the circuit is open.</summary>
    protected async Task OpenAsync()
    {
        for (var i = 0; i < 10 && !_hasOpened; i++)
        {
            await Assert.ThrowsAnyAsync<Exception>(() => CallAsync().WaitAsync(Limit));
        }

        Assert.True(_hasOpened, "The circuit is closed after 10 failed calls.");
    }

    protected Task StartAsync() => StartAsync(_time, _longTimeout);

    private async Task StartAsync(TimeProvider time, TimeSpan timeout)
    {
        LibraryTimeout = timeout;
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(
        [
            new("HttpCircuitBreaker:MinimumThroughput", "3"),
            new("HttpCircuitBreaker:BreakDuration", _break.ToString()),
            new("HttpCircuitBreaker:BreakJitter", "0"),
            .. Settings,
        ]);
        builder.Services.AddSingleton(time).AddSingleton<ICircuitObserver>(this);
        AddClient(builder, Server.Address);
        _app = builder.Build();
        await RunAsync(_app);
    }

    private async Task StopAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }
}
