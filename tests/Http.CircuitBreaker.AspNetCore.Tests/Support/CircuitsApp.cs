using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Http.CircuitBreaker.AspNetCore.Tests.Support;

/// <summary>An application with one client, the circuit breaker endpoints and fake time.</summary>
internal sealed class CircuitsApp : IAsyncDisposable
{
    public const string Client = "payments";
    public static readonly Uri Host = new("https://api.example.com/");
    private readonly WebApplication _app;
    private readonly ScriptedHost _host;

    private CircuitsApp(WebApplication app, ScriptedHost host, FakeTimeProvider time) => (_app, _host, Time) = (app, host, time);

    public FakeTimeProvider Time { get; }

    public IServiceProvider Services => _app.Services;

    public ICircuitRegistry Circuits => Services.GetRequiredService<ICircuitRegistry>();

    public FakeLogCollector Logs => Services.GetRequiredService<FakeLogCollector>();

    public static CircuitKey Key => CircuitKey.FromUri(Client, Host);

    public static async Task<CircuitsApp> StartAsync(AppSetup? setup = null)
    {
        setup ??= new AppSetup();
        var (host, time) = (new ScriptedHost(), new FakeTimeProvider());
        var options = new WebApplicationOptions { EnvironmentName = setup.Environment, ApplicationName = "Shop" };
        var builder = WebApplication.CreateBuilder(options);
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders().AddFakeLogging();
        builder.Configuration.AddInMemoryCollection(
            setup.Settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddHttpClient(Client).ConfigurePrimaryHttpMessageHandler(() => host).AddCircuitBreaker(options =>
        {
            (options.ConsecutiveFailures, options.ConsecutiveFailuresDuration) = (2, TimeSpan.Zero);
            options.BreakDuration = TimeSpan.FromSeconds(5);
            options.BreakJitter = 0;
            options.HalfOpenProbes = 1;
            setup.Breaker?.Invoke(options);
        });
        builder.Services.AddCircuitBreakerEndpoints(setup.Options);
        setup.Services?.Invoke(builder.Services);
        var app = builder.Build();
        setup.Pipeline?.Invoke(app);
        var group = app.MapCircuitBreakers(setup.Pattern);
        setup.Conventions?.Invoke(group);
        await app.StartAsync();
        return new CircuitsApp(app, host, time);
    }

    /// <summary>Sends one call through the client.</summary>
    public async Task<HttpStatusCode> CallAsync(HttpStatusCode status = HttpStatusCode.OK, Uri? host = null)
    {
        _host.Status = status;
        using var client = Services.GetRequiredService<IHttpClientFactory>().CreateClient(Client);
        using var response = await client.GetAsync(host ?? Host);
        return response.StatusCode;
    }

    public async Task OpenAsync()
    {
        await CallAsync(HttpStatusCode.BadGateway);
        await CallAsync(HttpStatusCode.BadGateway);
    }

    /// <summary>Sends a local request, which <paramref name="change"/> can modify.</summary>
    public async Task<ApiResponse> SendAsync(string method, string path, Action<HttpContext>? change = null, string? body = null)
    {
        var context = await _app.GetTestServer().SendAsync(context => Fill(context, method, path, body, change));
        return await ApiResponse.ReadAsync(context);
    }

    public Task<ApiResponse> GetAsync(string path, Action<HttpContext>? change = null) => SendAsync("GET", path, change);

    public Task<ApiResponse> PostAsync(string path, string? body = "{}", Action<HttpContext>? change = null) =>
        SendAsync("POST", path, change, body);

    public HttpClient CreateClient() => _app.GetTestServer().CreateClient();

    /// <summary>Connects to the event stream. The endpoints have to allow anonymous requests.</summary>
    public Task<EventReader> SubscribeAsync() => EventReader.OpenAsync(CreateClient());

    public Task StopAsync() => _app.StopAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static void Fill(HttpContext context, string method, string path, string? body, Action<HttpContext>? change)
    {
        context.Connection.RemoteIpAddress = IPAddress.Loopback;
        var request = context.Request;
        (request.Method, request.Scheme, request.Host) = (method, "http", new HostString("localhost", 5000));
        (request.Path, request.QueryString) = (path.Split('?')[0], new QueryString(path.Contains('?') ? path[path.IndexOf('?')..] : ""));
        if (body is not null)
        {
            request.Body = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(body));
            request.ContentType = "application/json";
        }

        change?.Invoke(context);
    }
}
