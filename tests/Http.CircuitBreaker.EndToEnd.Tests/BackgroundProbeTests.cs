using System.Collections.Concurrent;
using System.Net;
using Http.CircuitBreaker.EndToEnd.Tests.Clients;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.EndToEnd.Tests;

/// <summary>A host whose calls fail, and whose health check answers in different ways.</summary>
public sealed class BackgroundProbeTests
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<CircuitState> _states = [];
    private int _probes;

    [Theory]
    [InlineData("ok", true)]
    [InlineData("events", true)]
    [InlineData("missing", false)]
    [InlineData("unauthorized", false)]
    [InlineData("aborted", false)]
    [InlineData("corrupt", false)]
    public async Task Background_probe_closes_the_circuit_only_if_the_health_endpoint_answers_successfully(string health, bool isHealthy)
    {
        await using var host = SwitchableHost.CreateApp();
        host.MapGet("/pay", () => Results.StatusCode(500));
        host.MapGet("/{health}", AnswerAsync);
        await host.StartAsync();
        var address = new Uri(host.Urls.Single());
        await using var services = BuildClient($"/{health}");
        using var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("payments");
        using var timeout = new CancellationTokenSource(_limit);

        while (!_states.Contains(CircuitState.Closed) && (isHealthy || Volatile.Read(ref _probes) < 4))
        {
            using var response = await client.GetAsync(new Uri(address, "/pay"), timeout.Token);
            await Task.Delay(20, timeout.Token);
        }

        Assert.Equal(isHealthy, _states.Contains(CircuitState.Closed));
        Assert.Equal([CircuitState.Open, CircuitState.HalfOpen], _states.Take(2));
    }

    private ServiceProvider BuildClient(string probePath)
    {
        var services = new ServiceCollection();
        services.AddHttpClient("payments")
            .UseSocketsHttpHandler((transport, _) => transport.AutomaticDecompression = DecompressionMethods.GZip)
            .AddCircuitBreaker(options =>
            {
                (options.ProbePath, options.MinimumThroughput, options.BreakDuration) = (probePath, 2, TimeSpan.FromMilliseconds(200));
                options.OnStateChange = change => _states.Enqueue(change.State);
            });
        return services.BuildServiceProvider();
    }

    private async Task AnswerAsync(HttpContext context, string health)
    {
        Interlocked.Increment(ref _probes);
        context.Response.StatusCode = health switch
        {
            "missing" => 404,
            "unauthorized" => 401,
            _ => 200,
        };
        if (health == "corrupt")
        {
            context.Response.Headers.ContentEncoding = "gzip";
        }

        do
        {
            await context.Response.WriteAsync("data: tick\n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(20, context.RequestAborted);
        }
        while (health == "events");

        if (health == "aborted")
        {
            context.Abort();
        }
    }
}
