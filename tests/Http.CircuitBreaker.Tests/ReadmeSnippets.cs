using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Http.CircuitBreaker.Tests;

/// <summary>Compiles the C# snippets of README.md. A test asserts that this file contains every line of them.</summary>
internal static class ReadmeSnippets
{
    public static void FirstLine(HostApplicationBuilder builder)
    {
        builder.Services.AddHttpClient<PaymentClient>().AddCircuitBreaker();
    }

    public static void QuickStart(HostApplicationBuilder builder)
    {
        builder.Services.AddHttpClient<PaymentClient>(client => client.BaseAddress = new Uri("https://api.example.com"))
            .AddCircuitBreaker();
        builder.Services.ConfigureHttpClientDefaults(client => client.AddCircuitBreaker());

        builder.Services.AddHttpClient("search").AddCircuitBreaker(options => options.FailureStatusCodes = ["429", "500-504"]);

        builder.Services.AddHttpClient("accounts").AddCircuitBreaker(options => options.Classify = call =>
            call.Response?.StatusCode == HttpStatusCode.Conflict ? CircuitOutcome.Ignored : null);
    }

    public static async Task<string> Rejection(HttpClient http, object payment, string order)
    {
        using var response = await http.PostAsJsonAsync("payments", payment);
        if (response.IsCircuitOpen(out var rejection))
        {
            return PayLater(order, rejection.RetryAfter);
        }

        return order;
    }

    public static HttpClient WithoutContainer()
    {
        using var http = new HttpClient(new CircuitBreakerHandler(new CircuitBreakerOptions()) { InnerHandler = new SocketsHttpHandler() });
        return http;
    }

    public static void Steering(ICircuitRegistry circuits)
    {
        var key = CircuitKey.FromUri("PaymentClient", new Uri("https://api.example.com"));
        circuits.Isolate(key, TimeSpan.FromMinutes(10), "maintenance until noon");
        circuits.Reset(key);
    }

    private static string PayLater(string order, TimeSpan? wait) => $"{order}: again in {wait}";

    internal sealed class PaymentClient(HttpClient http)
    {
        public HttpClient Http => http;
    }
}
