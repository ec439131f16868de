// A web API that shows its circuits.
var builder = WebApplication.CreateBuilder(args);
builder.Logging.ClearProviders();
builder.Services.AddHttpClient("payments").AddCircuitBreaker();
builder.Services.AddHealthChecks().AddCircuitBreakers();
builder.Services.AddCircuitBreakerEndpoints();

var app = builder.Build();
app.MapHealthChecks("/health");
app.MapCircuitBreakers("/circuits");
await app.StartAsync();

using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
Console.WriteLine($"webapi: health is {await http.GetStringAsync("health")}, circuits: {await http.GetStringAsync("circuits/api")}");
await app.StopAsync();
