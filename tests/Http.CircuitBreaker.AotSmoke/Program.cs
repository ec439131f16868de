// Published as Native AOT and run by the gate: what it prints, it did in native code, over a real socket.
using System.Net;
using System.Net.Sockets;
using Http.CircuitBreaker;
using Http.CircuitBreaker.AotSmoke;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

using var server = new OneLineServer();
var builder = Host.CreateApplicationBuilder();
builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
{
    ["HttpCircuitBreaker:ConsecutiveFailures"] = "3",
    ["HttpCircuitBreaker:Clients:PaymentClient:BreakDuration"] = "00:01:00",
});
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddHttpClient<PaymentClient>(client => client.BaseAddress = server.Address).AddCircuitBreaker();
using var host = builder.Build();
await host.StartAsync();

var payments = host.Services.GetRequiredService<PaymentClient>();
var closed = await payments.PayAsync();
Console.WriteLine($"closed: {(int)closed.StatusCode}");

server.Dispose();
for (var i = 0; i < 3; i++)
{
    try
    {
        await payments.PayAsync();
    }
    catch (HttpRequestException exception) when (exception.InnerException is SocketException)
    {
        Console.WriteLine($"failed: {exception.HttpRequestError}");
    }
}

var open = await payments.PayAsync();
Console.WriteLine($"open: {(int)open.StatusCode}, {await open.Content.ReadAsStringAsync()}");
var circuit = host.Services.GetRequiredService<ICircuitRegistry>().GetSnapshots().Single();
Console.WriteLine($"{circuit.Key}: {circuit.State}");
await host.StopAsync();
return closed.StatusCode == HttpStatusCode.OK && open.IsCircuitOpen() && circuit.State == CircuitState.Open ? 0 : 1;
