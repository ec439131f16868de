using Http.CircuitBreaker.Clients.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Clients.Tests;

public sealed class SignalRTests : ClientContract
{
    protected override void Map(WebApplication app) => app.MapHub<PayHub>("/pay");

    protected override void AddToServer(IServiceCollection services) => services.AddSignalR();

    protected override void AddClient(WebApplicationBuilder builder, Uri address)
    {
        // snippet: handler
        builder.Services.AddCircuitBreaker("hub");
        // end snippet
    }

    protected override async Task CallAsync()
    {
        await using var connection = Connect(Services.GetRequiredService<CircuitBreakerHandlerFactory>(), new Uri(Server.Address, "pay"));
        using var timeout = new CancellationTokenSource(LibraryTimeout);
        await connection.StartAsync(timeout.Token);
        Assert.Equal("paid", await connection.InvokeAsync<string>("Pay", timeout.Token));
    }

    protected override void AssertRejected(Exception exception) =>
        Assert.True(Assert.IsType<HttpRequestException>(exception).IsCircuitOpen());

    private static HubConnection Connect(CircuitBreakerHandlerFactory breakers, Uri url)
    {
        // snippet: signalr
        return new HubConnectionBuilder()
            .WithUrl(url, options => options.HttpMessageHandlerFactory = handler => breakers.Create("hub", handler))
            .Build();
        // end snippet
    }

    private sealed class PayHub : Hub
    {
        public string Pay() => Context.ConnectionId.Length > 0 ? "paid" : "";
    }
}
