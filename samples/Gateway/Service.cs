using System.Net;

namespace Gateway;

internal enum Health
{
    Healthy,
    Hangs,
    Answers500,
}

/// <summary>A small service behind the gateway.</summary>
internal sealed class Service : IAsyncDisposable
{
    private readonly WebApplication _app;
    private volatile Health _health;

    private Service(string name)
    {
        Name = name;
        _app = CreateBuilder().Build();
        _app.MapGet("/{**path}", AnswerAsync);
    }

    public string Name { get; }

    public Health Health
    {
        get => _health;
        set => _health = value;
    }

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Creates a web application on a free loopback port, without console logging.</summary>
    public static WebApplicationBuilder CreateBuilder()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            // In Development the live page needs no authorization.
            EnvironmentName = Environments.Development,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port: 0));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        return builder;
    }

    public static async Task<Service> StartAsync(string name)
    {
        var service = new Service(name);
        await service._app.StartAsync();
        return service;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> AnswerAsync(CancellationToken cancellationToken)
    {
        var isHanging = Health == Health.Hangs;
        try
        {
            await Task.Delay(isHanging ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return Results.Empty; // The gateway has closed the connection.
        }

        return Health == Health.Answers500 ? Results.InternalServerError() : Results.Ok($"Hello from {Name}.");
    }
}
