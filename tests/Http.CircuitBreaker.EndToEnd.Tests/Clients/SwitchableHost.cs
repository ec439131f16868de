using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Http.CircuitBreaker.EndToEnd.Tests.Clients;

/// <summary>A Kestrel host that answers <c>/pay</c>, and hangs while <see cref="IsHanging"/> is set.</summary>
internal sealed class SwitchableHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isHanging;

    private SwitchableHost(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    public bool IsHanging
    {
        get => _isHanging;
        set => _isHanging = value;
    }

    public static async Task<SwitchableHost> StartAsync(TimeSpan answerTime = default)
    {
        var host = new SwitchableHost(CreateApp());
        host._app.MapGet("/pay", async (CancellationToken aborted) =>
        {
            if (host.IsHanging)
            {
                await host._end.Task.WaitAsync(aborted);
            }

            await Task.Delay(answerTime, aborted);
            return "paid";
        });
        await host._app.StartAsync();
        return host;
    }

    public static WebApplication CreateApp(Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        configure?.Invoke(builder);
        return builder.Build();
    }

    /// <summary>Answers all calls that hang.</summary>
    public void Release()
    {
        IsHanging = false;
        _end.TrySetResult();
    }

    public ValueTask DisposeAsync()
    {
        Release();
        return _app.DisposeAsync();
    }
}
