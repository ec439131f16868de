using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Http.CircuitBreaker.Redis.Protocol;
using Http.CircuitBreaker.Redis.Server;
using Http.CircuitBreaker.Redis.Telemetry;
using Microsoft.Extensions.Logging;

namespace Http.CircuitBreaker.Redis.Backplane;

/// <summary>This instance's settings. <paramref name="Instance"/> is its unique name.</summary>
internal sealed record BackplaneSettings(
    string Instance, string Prefix, double Quorum, bool LeasesProbes, TimeSpan PollInterval, TimeSpan CommandTimeout);

/// <summary>
/// Connects this instance to the backplane. One loop polls, and another sends queued commands. HTTP calls never wait for either.
/// </summary>
internal sealed class BackplaneMember : ICircuitObserver, IProbeLeases, IBackplaneContext, IAsyncDisposable, IDisposable
{
    public const int QueueCapacity = 4096;

    private const int MaxConcurrentCommands = 64;

    private static readonly TimeSpan _retryInterval = TimeSpan.FromSeconds(1);

    // The minimum time between polls, so that a burst of messages causes only one poll.
    private static readonly TimeSpan _minPollInterval = TimeSpan.FromMilliseconds(20);

    private readonly RedisBackplaneServer _server;
    private readonly Lazy<(ICircuitBackplaneReceiver Receiver, ICircuitRegistry Registry)> _circuits;
    private readonly BackplaneSettings _settings;
    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly BackplaneProtocol _protocol;
    private readonly BackplaneTelemetry _telemetry;
    private readonly SemaphoreSlim _sending = new(MaxConcurrentCommands);
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<Func<BackplaneCommand?>> _queue = Channel.CreateBounded<Func<BackplaneCommand?>>(
        new BoundedChannelOptions(QueueCapacity) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    // The first successful poll completes this task. No command is sent before that, because the server's time is not yet known.
    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _pollNow = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _loops = Task.CompletedTask;

    public BackplaneMember(
        RedisBackplaneServer server,
        Func<(ICircuitBackplaneReceiver Receiver, ICircuitRegistry Registry)> circuits,
        BackplaneSettings settings,
        TimeProvider time,
        ILogger logger,
        IMeterFactory? meterFactory)
    {
        (_server, _circuits, _settings, _time, _origin) = (server, new(circuits), settings, time, time.GetTimestamp());
        _protocol = new BackplaneProtocol(settings.LeasesProbes, this);
        _telemetry = new BackplaneTelemetry(logger, meterFactory);
        _server.PollNeeded += PollNow;
    }

    public long Now => _time.GetElapsedTime(_origin).Ticks / TimeSpan.TicksPerMillisecond;

    public bool IsConnected => _telemetry.IsConnected;

    public ICircuitBackplaneReceiver Receiver => _circuits.Value.Receiver;

    public CircuitSnapshot? Find(CircuitKey key) => _circuits.Value.Registry.Find(key);

    public bool TrySend(Func<BackplaneCommand?> command)
    {
        var isQueued = _queue.Writer.TryWrite(command);
        if (!isQueued)
        {
            _telemetry.OnDropped();
        }

        return isQueued;
    }

    public void Start() => _loops = Task.WhenAll(Task.Run(PollLoopAsync), Task.Run(SendLoopAsync));

    public void OnStateChange(CircuitStateChange change) => _protocol.OnStateChange(change);

    public bool TryLease(in ProbeRequest request, out string? token) => _protocol.TryLease(in request, out token);

    public void Settle(CircuitKey key, string token, CircuitOutcome outcome, TimeSpan breakDuration) =>
        _protocol.Settle(key, token, outcome, breakDuration);

    /// <summary>Stops the loops without waiting for them.</summary>
    public void Dispose() => _ = DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        _server.PollNeeded -= PollNow;
        await _stop.CancelAsync().ConfigureAwait(false);
        _telemetry.Dispose();
        await _loops.ConfigureAwait(false);
        await _server.DisposeAsync().ConfigureAwait(false);
    }

    private async Task PollLoopAsync()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                var pollNow = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                Volatile.Write(ref _pollNow, pollNow);
                var isConnected = await TryAsync("poll", PollAsync).ConfigureAwait(false);
                if (isConnected && _joined.TrySetResult())
                {
                    _telemetry.OnJoined(_settings.Instance, _settings.Prefix);
                }

                await Task.Delay(_minPollInterval, _time, _stop.Token).ConfigureAwait(false);
                var interval = isConnected || _settings.PollInterval < _retryInterval ? _settings.PollInterval : _retryInterval;
                await pollNow.Task.WaitAsync(interval, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task PollAsync(CancellationToken cancellationToken)
    {
        await _server.ConnectAsync(cancellationToken).ConfigureAwait(false);
        while (true)
        {
            var before = _protocol.Version;
            var reply = await _server.PollAsync(before, cancellationToken).ConfigureAwait(false);
            _telemetry.OnPolled(reply.Instances);
            var isComplete = true;
            Run(() => isComplete = _protocol.OnPoll(reply) && reply.Version == before);
            if (isComplete)
            {
                return;
            }
        }
    }

    private async Task SendLoopAsync()
    {
        try
        {
            await _joined.Task.WaitAsync(_stop.Token).ConfigureAwait(false);
            await foreach (var create in _queue.Reader.ReadAllAsync(_stop.Token).ConfigureAwait(false))
            {
                if (create() is { } command)
                {
                    await _sending.WaitAsync(_stop.Token).ConfigureAwait(false);
                    _ = SendAsync(command);
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task SendAsync(BackplaneCommand command)
    {
        CommandReply? reply = null;
        await TryAsync(
            KindOf(command), async stop => reply = await _server.SendAsync(command, stop).ConfigureAwait(false)).ConfigureAwait(false);
        _sending.Release();
        Run(() => _protocol.OnCompleted(command, reply));
    }

    // Returns false after a failure or timeout. Throws OperationCanceledException if this object has been disposed.
    private async Task<bool> TryAsync(string kind, Func<CancellationToken, Task> send)
    {
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        try
        {
            await send(attempt.Token).WaitAsync(_settings.CommandTimeout, _time, _stop.Token).ConfigureAwait(false);
            _telemetry.OnCompleted(kind, null);
            return true;
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !_stop.IsCancellationRequested)
        {
            await attempt.CancelAsync().ConfigureAwait(false);
            _telemetry.OnCompleted(kind, exception);
            return false;
        }
    }

    private static string KindOf(BackplaneCommand command) => command switch
    {
        ReportCommand => "report",
        LeaseCommand => "lease",
        _ => "settle",
    };

    private void PollNow() => Volatile.Read(ref _pollNow).TrySetResult();

    // Logs exceptions from applying a reply. Otherwise, they would count as a failed poll, or be lost in the unawaited send task.
    private void Run(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception)
        {
            _telemetry.OnApplyFailed(exception);
        }
    }
}
