using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Http.CircuitBreaker.EndToEnd.Tests.Page.Support;

/// <summary>A payment provider on Kestrel that can fail, or hold its responses.</summary>
internal sealed class Provider : IAsyncDisposable
{
    private readonly WebApplication _app;
    private volatile TaskCompletionSource _open = Opened();

    private Provider(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    public int Status { get; set; } = StatusCodes.Status200OK;

    public static async Task<Provider> OpenAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var provider = new Provider(builder.Build());
        provider._app.Run(async context =>
        {
            await provider._open.Task.WaitAsync(context.RequestAborted);
            context.Response.StatusCode = provider.Status;
        });
        await provider._app.StartAsync();
        return provider;
    }

    public void Hold() => _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => _open.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        Release();
        await _app.DisposeAsync();
    }

    private static TaskCompletionSource Opened()
    {
        var opened = new TaskCompletionSource();
        opened.SetResult();
        return opened;
    }
}
