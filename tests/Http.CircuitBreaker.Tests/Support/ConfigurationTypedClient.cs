namespace Http.CircuitBreaker.Tests.Support;

/// <summary>A typed client that sets its timeout itself, after the factory has made its <see cref="HttpClient"/>.</summary>
internal sealed class ConfigurationTypedClient
{
    public ConfigurationTypedClient(HttpClient http)
    {
        Http = http;
        http.Timeout = TimeSpan.FromHours(1);
    }

    public HttpClient Http { get; }
}
