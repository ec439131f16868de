using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.EndToEnd.Tests.Grpc;

/// <summary>A gRPC client with a breaker, created by the client factory or over a channel.</summary>
internal sealed class PaymentsCaller : IAsyncDisposable
{
    private readonly IAsyncDisposable _owner;
    private readonly Func<ICircuitRegistry> _circuits;

    private PaymentsCaller(Payments.PaymentsClient client, Func<ICircuitRegistry> circuits, IAsyncDisposable owner) =>
        (Client, _circuits, _owner) = (client, circuits, owner);

    public Payments.PaymentsClient Client { get; }

    public CircuitSnapshot Circuit => Assert.Single(_circuits().GetSnapshots());

    public static PaymentsCaller Create(
        bool isFromFactory, Uri address, Action<CircuitBreakerOptions> configure, Func<DelegatingHandler>? outside = null) =>
        isFromFactory ? FromFactory(address, configure, outside) : FromChannel(address, configure, outside);

    /// <summary>Calls <c>Watch</c>, reads the stream to its end, and returns the number of messages.</summary>
    public async Task<int> WatchAsync(Order order, DateTime? deadline = null)
    {
        using var call = Client.Watch(order, deadline: deadline);
        var messages = 0;
        await foreach (var _ in call.ResponseStream.ReadAllAsync())
        {
            messages++;
        }

        return messages;
    }

    public ValueTask DisposeAsync() => _owner.DisposeAsync();

    private static PaymentsCaller FromFactory(Uri address, Action<CircuitBreakerOptions> configure, Func<DelegatingHandler>? outside)
    {
        var services = new ServiceCollection();
        var builder = services.AddGrpcClient<Payments.PaymentsClient>(options => options.Address = address);
        if (outside is not null)
        {
            builder.AddHttpMessageHandler(outside);
        }

        builder.AddCircuitBreaker(configure);
        var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<Payments.PaymentsClient>();
        return new PaymentsCaller(client, provider.GetRequiredService<ICircuitRegistry>, provider);
    }

    private static PaymentsCaller FromChannel(Uri address, Action<CircuitBreakerOptions> configure, Func<DelegatingHandler>? outside)
    {
        var options = new CircuitBreakerOptions();
        configure(options);
        var breaker = new CircuitBreakerHandler(options) { InnerHandler = new SocketsHttpHandler() };
        HttpMessageHandler handler = breaker;
        if (outside?.Invoke() is { } outer)
        {
            (outer.InnerHandler, handler) = (breaker, outer);
        }

        var channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
        return new PaymentsCaller(new Payments.PaymentsClient(channel), () => breaker.Circuits, new Owner(channel));
    }

    private sealed class Owner(GrpcChannel channel) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            channel.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
