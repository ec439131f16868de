using Http.CircuitBreaker;

var builder = WebApplication.CreateBuilder(args);

// 1. Add the circuit breaker to a client, or to all clients with ConfigureHttpClientDefaults.
builder.Services.AddHttpClient<PaymentClient>(client => client.BaseAddress = new Uri("https://api.example.com"))
    .AddCircuitBreaker();

// 2. Add the health check and the live page.
builder.Services.AddHealthChecks().AddCircuitBreakers();
builder.Services.AddCircuitBreakerEndpoints();

var app = builder.Build();
app.MapHealthChecks("/health");
app.MapCircuitBreakers("/circuits");
app.MapPost("/checkout", async (PaymentClient payments) =>
    await payments.ChargeAsync() ? "Paid." : "Payments are unavailable. Your order is saved.");
app.Run();

internal sealed class PaymentClient(HttpClient http)
{
    public async Task<bool> ChargeAsync()
    {
        using var response = await http.PostAsJsonAsync("payments", new { Amount = 10 });

        // 3. Handle the rejection. The request was not sent; rejection.RetryAfter says when to try again.
        if (response.IsCircuitOpen(out var rejection))
        {
            return false;
        }

        response.EnsureSuccessStatusCode();
        return true;
    }
}
