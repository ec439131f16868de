using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Benchmarks.Support;

/// <summary>A client from IHttpClientFactory with the handler under test in front of a stub host.</summary>
internal sealed class Subject : IDisposable
{
    private readonly ServiceProvider _services;
    private readonly HttpMessageInvoker _invoker;

    public Subject(string name, Action<IHttpClientBuilder> add, HttpMessageHandler? primary = null)
    {
        Name = name;
        Host = new StubHost { Answer = () => Task.FromResult(new HttpResponseMessage()) };
        var services = new ServiceCollection();
        var builder = services.AddHttpClient("measured").RemoveAllLoggers().ConfigurePrimaryHttpMessageHandler(() => primary ?? Host);
        add(builder);
        _services = services.BuildServiceProvider();
        _invoker = new HttpMessageInvoker(_services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("measured"));
        Client = _services.GetRequiredService<IHttpClientFactory>().CreateClient("measured");
    }

    public string Name { get; }

    public StubHost Host { get; }

    public HttpClient Client { get; }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => _invoker.SendAsync(request, CancellationToken.None);

    public void Dispose()
    {
        _invoker.Dispose();
        _services.Dispose();
    }
}
