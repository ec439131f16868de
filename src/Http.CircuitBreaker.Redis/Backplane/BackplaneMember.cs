using System.Threading.Channels;
using Http.CircuitBreaker.Redis.Protocol;
using Http.CircuitBreaker.Redis.Server;
using Http.CircuitBreaker.Redis.Telemetry;

namespace Http.CircuitBreaker.Redis.Backplane;

/// <summary>This instance's settings. <paramref name="Instance"/> is the unique name of the instance.</summary>
internal sealed record BackplaneSettings(
    string Instance, string Prefix, double Quorum, bool LeasesProbes, TimeSpan PollInterval, TimeSpan CommandTimeout);

/// <summary>
/// Connects this instance to the backplane. One loop polls the server, and another loop sends queued commands. HTTP calls never wait for
/// these loops.
/// </summary>
internal sealed class BackplaneMember : IBackplaneContext, IAsyncDisposable, IDisposable
{
    public const int QueueCapacity = 4096;

    private const int MaxConcurrentCommands = 64;

    private static readonly TimeSpan _retryInterval = TimeSpan.FromSeconds(1);

    // The minimum time between polls. It prevents a burst of polls when many messages arrive or when there are many records to read.
    private static readonly TimeSpan _minPollInterval = TimeSpan.FromMilliseconds(20);

    private readonly RedisBackplaneServer _server;
    private readonly Lazy<(ICircuitBackplaneReceiver Receiver, ICircuitRegistry Registry)> _circuits;
    private readonly BackplaneSettings _settings;
    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly SemaphoreSlim _sending = new(MaxConcurrentCommands);
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<Func<BackplaneCommand?>> _queue = Channel.CreateBounded<Func<BackplaneCommand?>>(
        new BoundedChannelOptions(QueueCapacity) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    private TaskCompletionSource _pollNow = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _loops = Task.CompletedTask;

    public BackplaneMember(
        RedisBackplaneServer server,
        Func<(ICircuitBackplaneReceiver Receiver, ICircuitRegistry Registry)> circuits,
        BackplaneSettings settings,
        TimeProvider time,
        BackplaneTelemetry telemetry)
    {
        (_server, _circuits, _settings, _time, _origin) = (server, new(circuits), settings, time, time.GetTimestamp());
        (Protocol, Telemetry) = (new BackplaneProtocol(settings.LeasesProbes, this), telemetry);
        _server.PollNeeded += PollNow;
    }

    public BackplaneProtocol Protocol { get; }

    public BackplaneTelemetry Telemetry { get; }

    public long Now => _time.GetElapsedTime(_origin).Ticks / TimeSpan.TicksPerMillisecond;

    public ICircuitBackplaneReceiver Receiver => _circuits.Value.Receiver;

    public CircuitSnapshot? Find(CircuitKey key) => _circuits.Value.Registry.Find(key);

    public bool TrySend(Func<BackplaneCommand?> command)
    {
        var isQueued = _queue.Writer.TryWrite(command);
        if (!isQueued)
        {
            Telemetry.OnDropped();
        }

        return isQueued;
    }

    public void Start() => _loops = Task.WhenAll(Task.Run(PollLoopAsync), Task.Run(SendLoopAsync));

    /// <summary>Stops the loops without waiting for them.</summary>
    public void Dispose() => _ = DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        _server.PollNeeded -= PollNow;
        await _stop.CancelAsync().ConfigureAwait(false);
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
                var isConnected = await PollAsync().ConfigureAwait(false);
                await Task.Delay(_minPollInterval, _time, _stop.Token).ConfigureAwait(false);
                var interval = isConnected || _settings.PollInterval < _retryInterval ? _settings.PollInterval : _retryInterval;
                await pollNow.Task.WaitAsync(interval, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task<bool> PollAsync()
    {
        PollReply? reply = null;
        var isConnected = await TryAsync("poll", async stop =>
        {
            await _server.ConnectAsync(stop).ConfigureAwait(false);
            reply = await _server.PollAsync(Protocol.Version, stop).ConfigureAwait(false);
        }).ConfigureAwait(false);
        if (isConnected)
        {
            Telemetry.Run(() =>
            {
                if (Protocol.OnPoll(reply!))
                {
                    PollNow();
                }
            });
            Telemetry.OnPolled(_settings.Instance, reply!.Instances);
        }

        return isConnected;
    }

    private async Task SendLoopAsync()
    {
        try
        {
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
            command.Name,
            async stop => reply = await _server.SendAsync(command, Protocol.Version, stop).ConfigureAwait(false)).ConfigureAwait(false);
        _sending.Release();
        Telemetry.Run(() => Protocol.OnCompleted(command, reply));
    }

    // Returns false after a failure or timeout. Throws OperationCanceledException if this object has been disposed.
    private async Task<bool> TryAsync(string kind, Func<CancellationToken, Task> send)
    {
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        try
        {
            await send(attempt.Token).WaitAsync(_settings.CommandTimeout, _time, _stop.Token).ConfigureAwait(false);
            Telemetry.OnCompleted(kind, null);
            return true;
        }
        catch (Exception exception)
        {
            // A failure after disposal is expected, because the connection may already have been disposed.
            _stop.Token.ThrowIfCancellationRequested();
            await attempt.CancelAsync().ConfigureAwait(false);
            Telemetry.OnCompleted(kind, exception);
            return false;
        }
    }

    private void PollNow() => Volatile.Read(ref _pollNow).TrySetResult();
}
