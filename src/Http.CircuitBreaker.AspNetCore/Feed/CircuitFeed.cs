using System.Collections.Immutable;
using Http.CircuitBreaker.AspNetCore.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.AspNetCore.Feed;

/// <summary>Tells all who watch what changes. Looks only while somebody does, once for all of them.</summary>
internal sealed partial class CircuitFeed(
    ICircuitRegistry circuits,
    TransitionHistory history,
    OverviewSource overview,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    IOptions<CircuitEndpointsOptions> options,
    ILoggerFactory loggerFactory) : IDisposable
{
    // For those who do not read what they were sent, when the application stops.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger = loggerFactory.CreateLogger("Http.CircuitBreaker.AspNetCore");
    private readonly Lock _gate = new();
    private ImmutableArray<Viewer> _viewers = [];
    private PeriodicTimer? _timer;

    public bool IsLooking => _timer is not null;

    public async Task WriteAsync(HttpContext context)
    {
        var viewer = new Viewer(overview);
        if (!TryJoin(viewer))
        {
            context.Response.Headers.RetryAfter = "10";
            await Problem.WriteAsync(
                context,
                StatusCodes.Status503ServiceUnavailable,
                "Too many viewers",
                $"{options.Value.MaxViewers} are watching, as many as MaxViewers allows. Try again later.").ConfigureAwait(false);
            return;
        }

        try
        {
            await WriteAsync(context, viewer).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The viewer has gone.
        }
        finally
        {
            Leave(viewer);
        }
    }

    public void Dispose() => _timer?.Dispose();

    private async Task WriteAsync(HttpContext context, Viewer viewer)
    {
        using var patience = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var aborting = patience.Token.Register(context.Abort);
        using var stopping = lifetime.ApplicationStopping.Register(() =>
        {
            viewer.End();
            patience.CancelAfter(_patience);
        });
        await TypedResults.ServerSentEvents(viewer.ReadAsync(context.RequestAborted)).ExecuteAsync(context).ConfigureAwait(false);
    }

    private bool TryJoin(Viewer viewer)
    {
        lock (_gate)
        {
            if (_viewers.Length >= options.Value.MaxViewers)
            {
                return false;
            }

            _viewers = _viewers.Add(viewer);
            if (_timer is null)
            {
                _timer = new PeriodicTimer(options.Value.RefreshInterval, time);
                _ = LookAsync(_timer);
            }

            return true;
        }
    }

    private void Leave(Viewer viewer)
    {
        lock (_gate)
        {
            _viewers = _viewers.Remove(viewer);
            if (_viewers.IsEmpty)
            {
                _timer?.Dispose();
                _timer = null;
            }
        }
    }

    // Ends when the last viewer has left and the timer is disposed of.
    private async Task LookAsync(PeriodicTimer timer)
    {
        try
        {
            var watch = new CircuitWatch(circuits, history, time, options.Value.HeartbeatInterval);
            while (await timer.WaitForNextTickAsync().ConfigureAwait(false))
            {
                foreach (var message in watch.Look())
                {
                    foreach (var viewer in _viewers)
                    {
                        viewer.Tell(message);
                    }
                }
            }
        }
        catch (Exception exception)
        {
            LookFailed(_logger, exception);
            SendAway(timer);
        }
    }

    // Behind the registry there may be code of the user's. Who comes again gets a look of its own.
    private void SendAway(PeriodicTimer failed)
    {
        lock (_gate)
        {
            if (_timer != failed)
            {
                return;
            }

            foreach (var viewer in _viewers)
            {
                viewer.End();
            }

            _timer.Dispose();
            _timer = null;
        }
    }

    [LoggerMessage(EventId = 103, Level = LogLevel.Error, EventName = "LookFailed", Message =
        "Looking at the circuits failed; those who watched were sent away, and may come again.")]
    private static partial void LookFailed(ILogger logger, Exception exception);
}
