using System.Collections.Immutable;
using Http.CircuitBreaker.AspNetCore.Json;
using Http.CircuitBreaker.AspNetCore.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.AspNetCore.Feed;

/// <summary>Streams changes as server-sent events. All clients share one poll loop, which runs only while a client is connected.</summary>
internal sealed class CircuitFeed(
    ICircuitRegistry circuits,
    TransitionHistory history,
    CallHistory calls,
    CircuitOverview overview,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    IOptions<CircuitEndpointsOptions> options,
    ILoggerFactory loggerFactory,
    ICircuitBackplaneStatus? backplane = null) : IDisposable
{
    // How long the shutdown waits for clients that have stopped reading, before their connections are aborted.
    private static readonly TimeSpan _shutdownTimeout = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger = loggerFactory.CreateLogger("Http.CircuitBreaker.AspNetCore");
    private readonly Lock _lock = new();
    private ImmutableArray<FeedSubscription> _subscriptions = [];
    private PeriodicTimer? _timer;

    public bool IsPolling => _timer is not null;

    public async Task WriteAsync(HttpContext context)
    {
        var subscription = new FeedSubscription(overview);
        if (!TrySubscribe(subscription))
        {
            context.Response.Headers.RetryAfter = "10";
            await Problem.WriteAsync(
                context,
                StatusCodes.Status503ServiceUnavailable,
                "Too many clients",
                $"{options.Value.MaxViewers} clients are connected, the limit set by MaxViewers. Try again later, or increase MaxViewers.")
                .ConfigureAwait(false);
            return;
        }

        try
        {
            await StreamAsync(context, subscription).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has disconnected, or its connection was aborted on shutdown.
        }
        finally
        {
            Unsubscribe(subscription);
        }
    }

    public void Dispose() => _timer?.Dispose();

    private async Task StreamAsync(HttpContext context, FeedSubscription subscription)
    {
        using var shutdown = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var abort = shutdown.Token.Register(context.Abort);
        using var stopping = lifetime.ApplicationStopping.Register(() =>
        {
            subscription.Complete();
            shutdown.CancelAfter(_shutdownTimeout);
        });

        // Prevent proxies and response compression from holding back events.
        var headers = context.Response.Headers;
        headers.ContentType = "text/event-stream";
        headers.ContentEncoding = "identity";
        headers["X-Accel-Buffering"] = "no";
        context.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
        await foreach (var message in subscription.ReadAsync(context.RequestAborted).ConfigureAwait(false))
        {
            await SharedResponse.WriteEventAsync(context, message, time).ConfigureAwait(false);
        }
    }

    private bool TrySubscribe(FeedSubscription subscription)
    {
        lock (_lock)
        {
            if (_subscriptions.Length >= options.Value.MaxViewers)
            {
                return false;
            }

            _subscriptions = _subscriptions.Add(subscription);
            if (_timer is null)
            {
                _timer = new PeriodicTimer(options.Value.RefreshInterval, time);
                _ = PollAsync(_timer);
            }

            return true;
        }
    }

    private void Unsubscribe(FeedSubscription subscription)
    {
        lock (_lock)
        {
            _subscriptions = _subscriptions.Remove(subscription);
            if (_subscriptions.IsEmpty)
            {
                _timer?.Dispose();
                _timer = null;
            }
        }
    }

    // The loop ends when the last client disconnects and Unsubscribe disposes the timer.
    private async Task PollAsync(PeriodicTimer timer)
    {
        try
        {
            var poller = new ChangePoller(circuits, history, calls, backplane, time, options.Value.HeartbeatInterval);
            while (await timer.WaitForNextTickAsync().ConfigureAwait(false))
            {
                var messages = poller.Poll();
                if (messages.Count > 0)
                {
                    // A client that is about to receive an overview discards its queued messages. Invalidate the shared copy, so that the
                    // overview includes the changes in those messages.
                    overview.Invalidate();
                }

                foreach (var message in messages)
                {
                    foreach (var subscription in _subscriptions)
                    {
                        subscription.Send(message);
                    }
                }
            }
        }
        catch (Exception exception)
        {
            EndpointLog.PollFailed(_logger, exception);
            DisconnectAll(timer);
        }
    }

    // Ends all streams when polling fails, for example if a custom registry throws an exception. The next client restarts polling.
    private void DisconnectAll(PeriodicTimer failed)
    {
        lock (_lock)
        {
            if (_timer != failed)
            {
                return;
            }

            foreach (var subscription in _subscriptions)
            {
                subscription.Complete();
            }

            _timer.Dispose();
            _timer = null;
        }
    }
}
