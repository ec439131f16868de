// Smoke test: published with Native AOT and run by .ci/run. The exit code is 0 if every step succeeded.
using System.Net;
using System.Net.Sockets;
using Http.CircuitBreaker;
using Http.CircuitBreaker.AotSmoke;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

using var server = new OkServer();
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

using var operatorClient = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
using var events = new StreamReader(await operatorClient.GetStreamAsync("circuits/events"));
var update = $"{await events.ReadLineAsync()}, {await events.ReadLineAsync()}";
Console.WriteLine(update);
using var emptyBody = new StringContent("{}", mediaType: new("application/json"));
using var reset = await operatorClient.PostAsync($"circuits/api/{circuit.Id}/reset", emptyBody);
Console.WriteLine($"reset: {await reset.Content.ReadAsStringAsync()}");
await app.StopAsync();

var isReported = update.Contains(circuit.Id, StringComparison.Ordinal) && update.Contains("\"state\":\"open\"", StringComparison.Ordinal);
var isReset = (await reset.Content.ReadAsStringAsync()).Contains("\"state\":\"closed\"", StringComparison.Ordinal);
return closed.StatusCode == HttpStatusCode.OK && open.IsCircuitOpen() && circuit.State == CircuitState.Open && isReported && isReset ? 0 : 1;

internal sealed class PaymentClient(HttpClient http)
{
    public Task<HttpResponseMessage> PayAsync() => http.GetAsync("pay");
}
