using Http.CircuitBreaker.Redis.Protocol;
using Http.CircuitBreaker.Redis.Telemetry;
using Microsoft.Extensions.Logging;

namespace Http.CircuitBreaker.Redis.Backplane;

/// <summary>One instance's connection to its fleet: sends in the background what the protocol wants to say, and looks at the fleet at intervals.</summary>
internal sealed class BackplaneMember : ICircuitObserver, IProbeLeases, IBackplanePorts, IAsyncDisposable, IDisposable
{
    // So many commands are under way at once at most: enough to fill a connection, and few enough to notice a server that hangs.
    private const int MostUnderWay = 64;

    private static readonly TimeSpan _retryInterval = TimeSpan.FromSeconds(1);

    // Many messages in a short time make one poll.
    private static readonly TimeSpan _shortestPause = TimeSpan.FromMilliseconds(20);

    private readonly IBackplaneServer _server;
    private readonly Lazy<(ICircuitBackplaneReceiver Receiver, ICircuitRegistry Registry)> _circuits;
    private readonly BackplaneSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly long _origin;
    private readonly BackplaneProtocol _protocol;
    private readonly BackplaneHealth _health;
    private readonly BackplaneMetrics _metrics;
    private readonly BackplaneOutbox _outbox;
    private readonly BackplaneAttempts _attempts;
    private readonly SemaphoreSlim _underWay = new(MostUnderWay);
    private readonly CancellationTokenSource _stop = new();

    // Nothing is said before the server has been heard of once: what is said carries the server's time.
    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _lookNow = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _work = Task.CompletedTask;
    private int _instances;

    public BackplaneMember(
        IBackplaneServer server,
        Func<(ICircuitBackplaneReceiver Receiver, ICircuitRegistry Registry)> circuits,
        BackplaneSettings settings,
        TimeProvider time,
        ILogger logger,
        System.Diagnostics.Metrics.IMeterFactory? meterFactory)
    {
        _server = server;
        _circuits = new(circuits);
        _settings = settings;
        _time = time;
        _logger = logger;
        _origin = time.GetTimestamp();
        _protocol = new BackplaneProtocol(settings.LeasesProbes, this);
        _health = new BackplaneHealth(logger);
        _metrics = new BackplaneMetrics(meterFactory, () => _health.IsWell, () => Volatile.Read(ref _instances));
        _outbox = new BackplaneOutbox(_metrics.Dropped);
        _attempts = new BackplaneAttempts(settings.CommandTimeout, time, _health, _metrics, _stop.Token);
        _server.PollNeeded += PollNow;
    }

    public long Now => _time.GetElapsedTime(_origin).Ticks / TimeSpan.TicksPerMillisecond;

    public bool IsConnected => _health.IsWell;

    public ICircuitBackplaneReceiver Circuits => _circuits.Value.Receiver;

    public CircuitSnapshot? Find(CircuitKey key) => _circuits.Value.Registry.Find(key);

    public bool TrySend(Func<BackplaneCommand?> command) => _outbox.TryAdd(command);

    public void Start() => _work = Task.WhenAll(Task.Run(LookAsync), Task.Run(SendAsync));

    public void OnStateChange(CircuitStateChange change) => _protocol.OnStateChange(change);

    public bool TryLease(in ProbeRequest request, out string? token) => _protocol.TryLease(in request, out token);

    public void Settle(CircuitKey key, string token, CircuitOutcome outcome, TimeSpan breakDuration) => _protocol.Settle(key, token, outcome, breakDuration);

    // Waits for nobody: what is left to do ends by itself.
    public void Dispose() => _ = DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        _server.PollNeeded -= PollNow;
        await _stop.CancelAsync().ConfigureAwait(false);
        _metrics.Dispose();
        await _work.ConfigureAwait(false);
        await _server.DisposeAsync().ConfigureAwait(false);
    }

    private async Task LookAsync()
    {
        try
        {
            while (true)
            {
                var lookNow = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                Volatile.Write(ref _lookNow, lookNow);
                var isWell = await _attempts.TryAsync("poll", PollAsync).ConfigureAwait(false);
                if (isWell && _joined.TrySetResult())
                {
                    BackplaneLog.Joined(_logger, _settings.Instance, _settings.Prefix, _instances);
                }

                await Task.Delay(_shortestPause, _time, _stop.Token).ConfigureAwait(false);
                var pause = isWell || _settings.PollInterval < _retryInterval ? _settings.PollInterval : _retryInterval;
                await lookNow.Task.WaitAsync(pause, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                _stop.Token.ThrowIfCancellationRequested();
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
            Volatile.Write(ref _instances, reply.Instances);
            var isKnown = true;
            Apply(() => isKnown = _protocol.OnPoll(reply));
            if (isKnown && (reply.Version == before || reply.Records.Count == 0))
            {
                return;
            }
        }
    }

    private async Task SendAsync()
    {
        try
        {
            await _joined.Task.WaitAsync(_stop.Token).ConfigureAwait(false);
            await foreach (var make in _outbox.TakeAsync(_stop.Token).ConfigureAwait(false))
            {
                if (make() is { } command)
                {
                    await _underWay.WaitAsync(_stop.Token).ConfigureAwait(false);
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
        BackplaneReply? reply = null;
        await _attempts.TryAsync(KindOf(command), async token => reply = await _server.SendAsync(command, token).ConfigureAwait(false)).ConfigureAwait(false);
        _underWay.Release();
        Apply(() =>
        {
            if (reply is null)
            {
                _protocol.OnFailure(command);
            }
            else
            {
                _protocol.OnReply(command, reply);
            }
        });
    }

    private static string KindOf(BackplaneCommand command) => command switch
    {
        ReportCommand => "report",
        LeaseCommand => "lease",
        HoldCommand => "hold",
        _ => "settle",
    };

    private void PollNow() => Volatile.Read(ref _lookNow).TrySetResult();

    // Observers of the circuits' changes may run in here, and so may faults of theirs.
    private void Apply(Action apply)
    {
        try
        {
            apply();
        }
        catch (Exception exception)
        {
            BackplaneLog.Failed(_logger, exception);
        }
    }
}
