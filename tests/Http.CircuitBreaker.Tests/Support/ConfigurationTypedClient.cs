namespace Http.CircuitBreaker.Tests.Support;

/// <summary>A typed client that sets its timeout in its constructor, after the factory has created its <see cref="HttpClient"/>.</summary>
internal sealed class ConfigurationTypedClient
{
    public ConfigurationTypedClient(HttpClient http)
    {
        Http = http;
        http.Timeout = TimeSpan.FromHours(1);
    }

    public HttpClient Http { get; }
}
