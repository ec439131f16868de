// Published as Native AOT and run by the gate: what it prints, it did in native code, over a real socket.
using System.Net;
using System.Net.Sockets;
using Http.CircuitBreaker;
using Http.CircuitBreaker.AotSmoke;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

using var server = new OneLineServer();
var builder = WebApplication.CreateSlimBuilder();
builder.WebHost.UseUrls("http://127.0.0.1:0");
builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
{
    ["HttpCircuitBreaker:ConsecutiveFailures"] = "3",
    ["HttpCircuitBreaker:ConsecutiveFailuresDuration"] = "0",
    ["HttpCircuitBreaker:Clients:PaymentClient:BreakDuration"] = "00:01:00",
    ["HttpCircuitBreaker:Endpoints:EnableControl"] = "true",
});
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddHttpClient<PaymentClient>(client => client.BaseAddress = server.Address).AddCircuitBreaker();
builder.Services.AddCircuitBreakerEndpoints();
await using var app = builder.Build();
app.MapCircuitBreakers().AllowAnonymous();
await app.StartAsync();

var payments = app.Services.GetRequiredService<PaymentClient>();
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
var circuit = app.Services.GetRequiredService<ICircuitRegistry>().GetSnapshots().Single();
Console.WriteLine($"{circuit.Key}: {circuit.State}");

using var operating = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
using var events = new StreamReader(await operating.GetStreamAsync("circuits/events"));
var news = $"{await events.ReadLineAsync()}, {await events.ReadLineAsync()}";
Console.WriteLine(news);
using var nothing = new StringContent("{}", mediaType: new("application/json"));
using var reset = await operating.PostAsync($"circuits/api/{circuit.Id}/reset", nothing);
Console.WriteLine($"reset: {await reset.Content.ReadAsStringAsync()}");
await app.StopAsync();

var isSeen = news.Contains(circuit.Id, StringComparison.Ordinal) && news.Contains("\"state\":\"open\"", StringComparison.Ordinal);
var isReset = (await reset.Content.ReadAsStringAsync()).Contains("\"state\":\"closed\"", StringComparison.Ordinal);
return closed.StatusCode == HttpStatusCode.OK && open.IsCircuitOpen() && circuit.State == CircuitState.Open && isSeen && isReset ? 0 : 1;
