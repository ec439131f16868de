using System.Net;
using Http.CircuitBreaker.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Http.CircuitBreaker.Tests.Support;

/// <summary>A container with a configuration file in memory, a fake clock, a fake log, and a stub at the end of each chain.</summary>
internal sealed class ConfigurationApp : IDisposable
{
    private readonly Lazy<ServiceProvider> _provider;

    private ConfigurationApp(string? section)
    {
        Inner = new StubHandler((request, cancellation) => Answer(request, cancellation));
        Services.AddSingleton<TimeProvider>(Time).AddFakeLogging();
        Services.ConfigureAll<HttpClientFactoryOptions>(
            options => options.HttpMessageHandlerBuilderActions.Add(chain => chain.PrimaryHandler = Inner));
        if (section is not null)
        {
            File = new ConfigurationFile(ConfigurationText.Root(section));
            Configuration = ConfigurationText.Watched(File);
            Services.AddSingleton<IConfiguration>(Configuration);
        }

        _provider = new Lazy<ServiceProvider>(() => Services.BuildServiceProvider());
    }

    public FakeTimeProvider Time { get; } = new();

    public ConfigurationFile? File { get; }

    public IConfigurationRoot? Configuration { get; }

    public IServiceCollection Services { get; } = new ServiceCollection();

    /// <summary>The end of every chain. Answers 200 unless the test sets <see cref="Answer"/>.</summary>
    public StubHandler Inner { get; }

    public Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> Answer { get; set; } = Status(HttpStatusCode.OK);

    public IServiceProvider Provider => _provider.Value;

    public ICircuitRegistry Circuits => Provider.GetRequiredService<ICircuitRegistry>();

    public FakeLogCollector Log => Provider.GetFakeLogCollector();

    public static ConfigurationApp With(string section) => new(section);

    public static ConfigurationApp WithoutConfiguration() => new(null);

    public static Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> Status(HttpStatusCode status) =>
        (request, _) => Task.FromResult(new HttpResponseMessage(status) { RequestMessage = request });

    public IHttpClientBuilder AddClient(string name) => Services.AddHttpClient(name);

    public HttpClient Client(string name) => Provider.GetRequiredService<IHttpClientFactory>().CreateClient(name);

    /// <summary>The options of a client, validated, as the library creates them.</summary>
    public CircuitBreakerOptions Options(string client) =>
        Provider.GetRequiredService<IClientSettingsSource>().Load(client).Options;

    /// <summary>The settings of the circuit that serves the URI, or its calls with a name.</summary>
    public HostSettings Settings(string client, string uri, string? name = null)
    {
        var key = CircuitKey.FromUri(client, new Uri(uri));
        return Provider.GetRequiredService<IClientSettingsSource>().Load(client).Find(name is null ? key : key.WithName(name));
    }

    /// <summary>All validation errors of the options of a client.</summary>
    public IReadOnlyList<string> Errors(string client) => [.. Assert.Throws<OptionsValidationException>(() => Options(client)).Failures];

    public CircuitSnapshot Circuit(string client, string uri) =>
        Circuits.Find(CircuitKey.FromUri(client, new Uri(uri)))
        ?? throw new InvalidOperationException($"{client} has no circuit for {uri}.");

    public void Change(string section) => File!.Change(ConfigurationText.Root(section));

    /// <summary>Sends calls that fail, one after the other.</summary>
    public async Task Fail(string client, string uri, int times)
    {
        var before = Answer;
        Answer = Status(HttpStatusCode.InternalServerError);
        for (var i = 0; i < times; i++)
        {
            using var response = await Client(client).GetAsync(new Uri(uri));
        }

        Answer = before;
    }

    public async Task<bool> IsRejected(string client, string uri)
    {
        using var response = await Client(client).GetAsync(new Uri(uri));
        return response.IsCircuitOpen();
    }

    public void Dispose()
    {
        if (_provider.IsValueCreated)
        {
            _provider.Value.Dispose();
        }

        Inner.Dispose();
    }
}
