using Http.CircuitBreaker.Clients.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Clients.Tests;

public sealed class SignalRTests : ClientContract
{
    [Theory]
    [InlineData(HttpTransportType.WebSockets)]
    [InlineData(HttpTransportType.ServerSentEvents)]
    [InlineData(HttpTransportType.LongPolling)]
    public async Task Every_transport_works_and_only_WebSockets_messages_bypass_the_breaker(HttpTransportType transport)
    {
        await StartAsync();
        var breakers = Services.GetRequiredService<CircuitBreakerHandlerFactory>();
        await using (var connection = Connect(breakers, new Uri(Server.Address, "pay"), transport))
        {
            await connection.StartAsync().WaitAsync(Limit);
            Assert.Equal("paid", await connection.InvokeAsync<string>("Pay").WaitAsync(Limit));
        }

        Assert.Equal((CircuitState.Closed, 0), (Circuit.State, Circuit.TotalFailed));
        Assert.Equal(transport == HttpTransportType.WebSockets, Circuit.TotalSucceeded == 1);
    }

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

    private static HubConnection Connect(
        CircuitBreakerHandlerFactory breakers, Uri url, HttpTransportType transports = HttpTransportType.WebSockets)
    {
        // snippet: signalr
        return new HubConnectionBuilder()
            .WithUrl(url, transports, options => options.HttpMessageHandlerFactory = handler => breakers.Create("hub", handler))
            .Build();
        // end snippet
    }

    private sealed class PayHub : Hub
    {
        public string Pay() => Context.ConnectionId.Length > 0 ? "paid" : "";
    }
}
