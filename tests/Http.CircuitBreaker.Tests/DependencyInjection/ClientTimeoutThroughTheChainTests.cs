using System.Runtime.CompilerServices;
using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Tests.DependencyInjection;

/// <summary>
/// Hanging calls through the whole handler chain. The fake clock advances and the token is canceled, which is all that a handler sees of
/// the client's own timeout.
/// </summary>
public sealed class ClientTimeoutThroughTheChainTests
{
    private const string Typed = nameof(ConfigurationTypedClient);
    private static readonly Uri _uri = new("https://host/");

    [Theory]
    [InlineData(60, 0, 1)]
    [InlineData(58, 0, 1)]
    [InlineData(56, 1, 0)]
    [InlineData(64, 1, 0)]
    public async Task Timeout_set_in_a_typed_clients_constructor_is_used(int minutes, int ignored, int failed)
    {
        using var app = AppWithTypedClient();

        await Hang(app, Client(app), TimeSpan.FromMinutes(minutes));

        AssertAccounts(app, Typed, ignored, failed);
    }

    [Fact]
    public async Task Client_timeout_is_recognized_while_a_newer_client_exists()
    {
        using var app = AppWithTypedClient();
        var client = Client(app);
        var newer = Client(app);

        await Hang(app, client, TimeSpan.FromHours(1));

        AssertAccounts(app, Typed, ignored: 0, failed: 1);
        GC.KeepAlive(newer);
    }

    [Fact]
    public async Task Client_timeout_is_recognized_after_a_newer_client_was_garbage_collected()
    {
        using var app = AppWithTypedClient();
        var client = Client(app);
        MakeAndForget(app);

        await Hang(app, client, TimeSpan.FromSeconds(100));
        AssertAccounts(app, Typed, ignored: 1, failed: 0);
        await Hang(app, client, TimeSpan.FromHours(1));

        AssertAccounts(app, Typed, ignored: 1, failed: 1);
    }

    [Fact]
    public async Task Short_timeout_of_a_newer_client_is_not_applied_to_a_longer_call_of_an_older_client()
    {
        using var app = ConfigurationApp.With("");
        app.AddClient("client").AddCircuitBreaker();
        var (older, newer) = (app.Client("client"), app.Client("client"));
        (older.Timeout, newer.Timeout) = (TimeSpan.FromMinutes(2), TimeSpan.FromMilliseconds(200));

        await Hang(app, older, TimeSpan.FromMilliseconds(400));
        AssertAccounts(app, "client", ignored: 1, failed: 0);
        await Hang(app, older, TimeSpan.FromMinutes(2));

        AssertAccounts(app, "client", ignored: 1, failed: 1);
        GC.KeepAlive(newer);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(100)]
    [InlineData(300)]
    public async Task Callers_that_cancel_early_do_not_open_the_circuit_of_a_client_with_a_short_timeout(int timeout)
    {
        using var app = ConfigurationApp.With("");
        app.AddClient("client").AddCircuitBreaker(options => options.ClientTimeout = TimeSpan.FromMilliseconds(timeout));
        using var client = app.Client("client");

        // Type-ahead cancels a call with each key.
        for (var i = 0; i < 50; i++)
        {
            await Hang(app, client, TimeSpan.FromMilliseconds(15));
        }

        Assert.Equal(CircuitState.Closed, app.Circuit("client", _uri.ToString()).State);
        AssertAccounts(app, "client", ignored: 50, failed: 0);

        await Hang(app, client, TimeSpan.FromMilliseconds(timeout + 13));
        AssertAccounts(app, "client", ignored: 50, failed: 1);
    }

    [Theory]
    [InlineData(2, 2, true)]
    [InlineData(2, 1, false)]
    [InlineData(-1, 100_000, false)]
    public async Task Timeout_set_by_the_client_factory_is_used(int timeout, int elapsed, bool isFailure)
    {
        using var app = ConfigurationApp.With("");
        app.AddClient("client").AddCircuitBreaker().ConfigureHttpClient(
            client => client.Timeout = timeout < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromHours(timeout));

        await Hang(app, app.Client("client"), TimeSpan.FromHours(elapsed));

        AssertAccounts(app, "client", ignored: isFailure ? 0 : 1, failed: isFailure ? 1 : 0);
    }

    [Fact]
    public async Task ClientTimeout_option_overrides_the_timeout_set_on_the_client()
    {
        using var app = ConfigurationApp.With("");
        app.AddClient("client").AddCircuitBreaker(options => options.ClientTimeout = TimeSpan.FromSeconds(2));

        await Hang(app, app.Client("client"), TimeSpan.FromSeconds(2));

        AssertAccounts(app, "client", ignored: 0, failed: 1);
    }

    private static ConfigurationApp AppWithTypedClient()
    {
        var app = ConfigurationApp.With("");
        app.Services.AddHttpClient<ConfigurationTypedClient>().AddCircuitBreaker();
        return app;
    }

    private static HttpClient Client(ConfigurationApp app) => app.Provider.GetRequiredService<ConfigurationTypedClient>().Http;

    // The inner handler waits only for its token, and only the fake clock advances.
    private static async Task Hang(ConfigurationApp app, HttpClient client, TimeSpan elapsed)
    {
        var started = new TaskCompletionSource();
        app.Answer = async (_, cancellation) =>
        {
            started.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
            throw new InvalidOperationException("The call was not canceled.");
        };
        using var cancelling = new CancellationTokenSource();
        var call = client.GetAsync(_uri, cancelling.Token);
        await Task.WhenAny(started.Task, call);
        app.Time.Advance(elapsed);
        await cancelling.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    private static void AssertAccounts(ConfigurationApp app, string client, int ignored, int failed)
    {
        var circuit = app.Circuit(client, _uri.ToString());
        Assert.Equal((ignored, failed, failed == 0 ? null : "timeout"), (circuit.TotalIgnored, circuit.TotalFailed, circuit.LastFailureReason));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void MakeAndForget(ConfigurationApp app)
    {
        Make(app);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Make(ConfigurationApp app) => Client(app);
}
