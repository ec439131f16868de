using Http.CircuitBreaker.Faults.Harmless;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.EndToEnd.Tests.Harmless;

/// <summary>Harmless cases neither open a circuit nor decide a half-open one.</summary>
public sealed class HarmlessTests
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(60);

    public static TheoryData<string> Names => [.. HarmlessCases.All.Select(harmless => harmless.Name)];

    public static TheoryData<string> NamesOfIgnoredCases => [.. HarmlessCases.All.Where(harmless => !harmless.IsSuccess).Select(harmless => harmless.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Behavior_that_is_not_the_hosts_fault_does_not_open_the_circuit(string name)
    {
        var harmless = HarmlessCases.All.Single(harmless => harmless.Name == name);
        await using var site = await HarmlessSite.StartAsync();
        using var services = Build(harmless, site);

        for (var i = 0; i < 3; i++)
        {
            await harmless.Call(CreateClient(services)).WaitAsync(_timeout);
        }

        // There is no circuit if the caller canceled before the call was admitted.
        var snapshot = services.GetRequiredService<ICircuitRegistry>().GetSnapshots().SingleOrDefault();
        Assert.Equal((CircuitState.Closed, 0), (snapshot?.State ?? CircuitState.Closed, snapshot?.TotalFailed ?? 0));
        Assert.Equal(harmless.IsSuccess, snapshot?.TotalSucceeded > 0);
    }

    [Theory]
    [MemberData(nameof(NamesOfIgnoredCases))]
    public async Task Ignored_call_neither_closes_nor_reopens_a_half_open_circuit_and_releases_its_probe_slot(string name)
    {
        var harmless = HarmlessCases.All.Single(harmless => harmless.Name == name);
        await using var site = await HarmlessSite.StartAsync();
        using var services = Build(harmless, site, probes: 1);
        var (circuits, key) = (services.GetRequiredService<ICircuitRegistry>(), CircuitKey.FromUri("payments", site.AddressOf(harmless)));
        circuits.Isolate(key, TimeSpan.FromMilliseconds(1));
        while (!circuits.Find(key)!.ProbeDue)
        {
            await Task.Delay(5);
        }

        await harmless.Call(CreateClient(services)).WaitAsync(_timeout);

        var snapshot = circuits.Find(key)!;
        Assert.Equal((0, 0, 0), (snapshot.TotalSucceeded, snapshot.TotalFailed, snapshot.InFlight));
        Assert.True(snapshot.State == CircuitState.HalfOpen || snapshot.ProbeDue, $"{snapshot.State}");

        // The probe slot is free: the next call without such a handler is the probe and closes the circuit.
        if (harmless.Inside is null && harmless.Outside is null)
        {
            using var healthy = await CreateClient(services).GetAsync("status/200");
            Assert.Equal(CircuitState.Closed, circuits.Find(key)!.State);
        }
    }

    private static ServiceProvider Build(HarmlessCase harmless, HarmlessSite site, int probes = 3)
    {
        var services = new ServiceCollection();
        var client = services.AddHttpClient("payments", client => site.Configure(client, harmless))
            .UseSocketsHttpHandler((transport, _) =>
            {
                transport.AllowAutoRedirect = false;
                harmless.Transport(transport);
            });
        if (harmless.Outside is { } outside)
        {
            client.AddHttpMessageHandler(outside);
        }

        client.AddCircuitBreaker(options =>
        {
            (options.MinimumThroughput, options.FailureRatio) = (1, 0.01);
            (options.SlowCallDuration, options.FailureStatusCodes, options.HalfOpenProbes) = (harmless.SlowCallDuration, harmless.FailureStatusCodes, probes);
        });
        if (harmless.Inside is { } inside)
        {
            client.AddHttpMessageHandler(inside);
        }

        return services.BuildServiceProvider();
    }

    private static HttpClient CreateClient(ServiceProvider services) => services.GetRequiredService<IHttpClientFactory>().CreateClient("payments");
}
