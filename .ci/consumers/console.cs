// A console application that uses the package as its README shows.
using Http.CircuitBreaker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

var builder = Host.CreateApplicationBuilder();
builder.Logging.ClearProviders();
builder.Services.AddHttpClient("payments", client => client.BaseAddress = new Uri("http://127.0.0.1:9"))
    .AddCircuitBreaker(options => options.ConsecutiveFailuresDuration = TimeSpan.Zero);
using var host = builder.Build();
await host.StartAsync();

var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("payments");
for (var call = 1; call <= 10; call++)
{
    try
    {
        (await client.GetAsync("charges")).Dispose();
    }
    catch (HttpRequestException)
    {
        // Nothing listens on that port.
    }
}

using var rejected = await client.GetAsync("charges");
Console.WriteLine(rejected.IsCircuitOpen(out var rejection) ? $"console: {rejection.Key} is {rejection.State}" : "console: not rejected");
return rejection is null ? 1 : 0;
