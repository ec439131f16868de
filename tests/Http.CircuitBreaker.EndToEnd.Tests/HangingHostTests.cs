using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Http.CircuitBreaker.EndToEnd.Tests;

/// <summary>A host that accepts calls and never responds; HttpClient.Timeout is the only timeout.</summary>
public sealed class HangingHostTests
{
    [Fact]
    public async Task Circuit_opens_while_the_host_hangs_and_closes_after_it_recovers()
    {
        var isHanging = true;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var host = builder.Build();
        host.MapGet("/pay", async (CancellationToken aborted) =>
        {
            if (Volatile.Read(ref isHanging))
            {
                await Task.Delay(Timeout.Infinite, aborted);
            }

            return "paid";
        });
        await host.StartAsync();
        var address = new Uri(host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

        var services = new ServiceCollection();
        services.AddHttpClient("payments", client => (client.BaseAddress, client.Timeout) = (address, TimeSpan.FromSeconds(1)))
            .AddCircuitBreaker(options => (options.ConsecutiveFailures, options.ConsecutiveFailuresDuration, options.BreakDuration) = (3, TimeSpan.Zero, TimeSpan.FromSeconds(3)));
        await using var provider = services.BuildServiceProvider();
        using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments");
        var key = CircuitKey.FromUri("payments", address);
        var circuits = provider.GetRequiredService<ICircuitRegistry>();

        // Three timeouts open the circuit. A busy machine may cancel a call so late that it does not count, hence nine calls.
        for (var calls = 0; calls < 9 && circuits.Find(key)?.State != CircuitState.Open; calls++)
        {
            var timeout = await Assert.ThrowsAsync<TaskCanceledException>(() => client.GetAsync("pay"));
            Assert.IsType<TimeoutException>(timeout.InnerException);
        }

        var open = circuits.Find(key)!;
        Assert.Equal((CircuitState.Open, "timeout"), (open.State, open.LastFailureReason));
        using var rejected = await client.GetAsync("pay");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, rejected.StatusCode);
        Assert.True(rejected.IsCircuitOpen());

        Volatile.Write(ref isHanging, false);
        while (!circuits.Find(key)!.ProbeDue)
        {
            await Task.Delay(20);
        }

        for (var i = 0; i < 2; i++)
        {
            Assert.Equal("paid", await client.GetStringAsync("pay"));
        }

        Assert.Equal(CircuitState.Closed, circuits.Find(key)!.State);
    }
}
