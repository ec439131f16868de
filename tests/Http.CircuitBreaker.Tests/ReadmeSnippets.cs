using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using RichardSzalay.MockHttp;

namespace Http.CircuitBreaker.Tests;

/// <summary>Compiles the C# snippets of README.md and of the pages in docs. A test asserts that this file contains every line of them.</summary>
internal static class ReadmeSnippets
{
    public static void FirstLine(HostApplicationBuilder builder)
    {
        builder.Services.AddHttpClient<PaymentClient>().AddCircuitBreaker();
        builder.Services.AddHttpClient<PaymentClient>(client => client.Timeout = TimeSpan.FromSeconds(5)).AddCircuitBreaker();
    }

    public static void Classify(HostApplicationBuilder builder)
    {
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

    public static CircuitRejection Rejected(MockHttpMessageHandler mock)
    {
        var key = CircuitKey.FromUri("PaymentClient", new Uri("https://api.example.com"));
        var rejection = new CircuitRejection(key, CircuitState.Open, RetryAfter: TimeSpan.FromSeconds(5), FailureReason: "timeout");
        mock.When("*").Respond(request => rejection.ToResponse(request));
        mock.When("*").Throw(new CircuitOpenException(rejection));
        return rejection;
    }

    public static void Isolate(IHost factory)
    {
        var circuits = factory.Services.GetRequiredService<ICircuitRegistry>();
        circuits.Isolate(CircuitKey.FromUri("PaymentClient", new Uri("https://api.example.com")));
    }

    public static FakeTimeProvider FakeTime(IServiceCollection services, HttpMessageHandler mock)
    {
        var time = new FakeTimeProvider();
        services.AddSingleton<TimeProvider>(time);
        services.AddHttpClient("payments").ConfigurePrimaryHttpMessageHandler(() => mock).AddCircuitBreaker(options =>
        {
            options.ConsecutiveFailures = 2;
            options.ConsecutiveFailuresDuration = TimeSpan.Zero;
            options.BreakJitter = 0;
        });
        return time;
    }

    private static string PayLater(string order, TimeSpan? wait) => $"{order}: again in {wait}";

    internal sealed class PaymentClient(HttpClient http)
    {
        public HttpClient Http => http;
    }
}
