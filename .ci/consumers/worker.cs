// A worker that would share its circuits. There is no Redis, so it keeps its own.
var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddHttpClient("payments").AddCircuitBreaker();
builder.Services.AddCircuitBreakerRedis("127.0.0.1:9");

using var host = builder.Build();
await host.StartAsync();
await host.StopAsync();
Console.WriteLine("worker: started and stopped without Redis");
