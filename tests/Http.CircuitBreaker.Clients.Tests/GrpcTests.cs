using Grpc.Core;
using Grpc.Net.Client.Configuration;
using Http.CircuitBreaker.Clients.Tests.Support;
using Http.CircuitBreaker.EndToEnd.Tests.Grpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Clients.Tests;

public sealed class GrpcTests : ClientContract
{
    protected override HttpProtocols Protocols => HttpProtocols.Http2;

    /// <summary>Without the recipe the channel opens its connections itself, so no handler sees that they are refused.</summary>
    [Fact]
    public async Task Breaker_in_front_of_a_SocketsHttpHandler_does_not_see_refused_connections()
    {
        await Server.SetAsync(Fault.Refused);
        var services = new ServiceCollection();
        services.AddGrpcClient<Payments.PaymentsClient>(options => options.Address = Server.Address)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler())
            .AddCircuitBreaker();
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<Payments.PaymentsClient>();

        for (var i = 0; i < 25; i++)
        {
            var exception = await Assert.ThrowsAsync<RpcException>(() => client.PayAsync(new Order()).ResponseAsync.WaitAsync(Limit));
            Assert.Equal(StatusCode.Unavailable, exception.StatusCode);
        }

        Assert.Empty(provider.GetRequiredService<ICircuitRegistry>().GetSnapshots());
    }

    [Fact]
    public async Task Circuit_of_a_channel_with_a_dns_address_belongs_to_the_resolved_endpoint()
    {
        var services = new ServiceCollection();
        services.AddGrpcClient<Payments.PaymentsClient>(options => options.Address = new Uri($"dns:///127.0.0.1:{Server.Address.Port}"))
            .ConfigureChannel(options => options.Credentials = ChannelCredentials.Insecure)
            .AddCircuitBreaker();
        await using var provider = services.BuildServiceProvider();

        await provider.GetRequiredService<Payments.PaymentsClient>().PayAsync(new Order()).ResponseAsync.WaitAsync(Limit);

        var circuit = Assert.Single(provider.GetRequiredService<ICircuitRegistry>().GetSnapshots());
        Assert.Equal(CircuitKey.FromUri(nameof(Payments.PaymentsClient), Server.Address), circuit.Key);
    }

    [Fact]
    public async Task gRPC_does_not_retry_a_rejected_call_whose_headers_forbid_retries()
    {
        var services = new ServiceCollection();
        var retry = new RetryPolicy
        {
            MaxAttempts = 5,
            InitialBackoff = TimeSpan.FromMilliseconds(1),
            MaxBackoff = TimeSpan.FromMilliseconds(1),
            BackoffMultiplier = 1,
            RetryableStatusCodes = { StatusCode.Unavailable },
        };
        var client = services.AddGrpcClient<Payments.PaymentsClient>(options => options.Address = Server.Address)
            .ConfigureChannel(options => options.ServiceConfig = new ServiceConfig
            {
                MethodConfigs = { new MethodConfig { Names = { MethodName.Default }, RetryPolicy = retry } },
            });

        // snippet: grpc-retry
        client.AddCircuitBreaker(options => options.CreateRejection = (rejection, request) =>
        {
            var response = rejection.ToResponse(request);
            response.Headers.Add("grpc-retry-pushback-ms", "-1");
            return response;
        });
        // end snippet
        await using var provider = services.BuildServiceProvider();
        var circuits = provider.GetRequiredService<ICircuitRegistry>();
        circuits.Isolate(CircuitKey.FromUri(nameof(Payments.PaymentsClient), Server.Address));

        var exception = await Assert.ThrowsAsync<RpcException>(
            () => provider.GetRequiredService<Payments.PaymentsClient>().PayAsync(new Order()).ResponseAsync.WaitAsync(Limit));

        AssertRejected(exception);
        Assert.Equal(1, Assert.Single(circuits.GetSnapshots()).Rejected);
    }

    protected override void Map(WebApplication app) => app.MapGrpcService<PaymentsService>();

    protected override void AddToServer(IServiceCollection services) => services.AddGrpc();

    protected override void AddClient(WebApplicationBuilder builder, Uri address)
    {
        // snippet: grpc
        builder.Services.AddGrpcClient<Payments.PaymentsClient>(options => options.Address = address)
            .ConfigurePrimaryHttpMessageHandler(() => new HttpClientHandler())
            .AddCircuitBreaker();
        // end snippet
    }

    protected override async Task CallAsync()
    {
        var client = Services.GetRequiredService<Payments.PaymentsClient>();
        var receipt = await client.PayAsync(new Order(), deadline: DateTime.UtcNow + LibraryTimeout);
        Assert.Equal("paid", receipt.Text);
    }

    protected override void AssertRejected(Exception exception)
    {
        var seen = Assert.IsType<RpcException>(exception);
        Assert.Equal((StatusCode.Unavailable, "Circuit Open"), (seen.StatusCode, seen.Status.Detail));
        Assert.True(IsRejected(seen));
    }

    private static bool IsRejected(RpcException failure)
    {
        try
        {
            throw failure;
        }
        // snippet: grpc-rejection
        catch (RpcException exception) when (exception.Trailers.GetValue("proxy-status") == CircuitRejection.ProxyStatus)
        {
            return true;
        }
        // end snippet
    }
}
