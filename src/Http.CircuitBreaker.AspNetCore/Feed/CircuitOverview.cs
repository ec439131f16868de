using Http.CircuitBreaker.AspNetCore.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.AspNetCore.Feed;

/// <summary>Reads the current circuits and transitions as JSON. Requests that arrive in quick succession share one copy.</summary>
internal sealed class CircuitOverview(
    ICircuitRegistry circuits,
    TransitionHistory history,
    CallHistory calls,
    TimeProvider time,
    IHostEnvironment environment,
    IOptions<CircuitEndpointsOptions> options,
    ICircuitBackplaneStatus? backplane = null) : IDisposable
{
    // How long all clients share one copy of the overview, unless a state change invalidates it earlier. A shared copy limits the memory
    // used while sending to slow clients.
    private static readonly TimeSpan _maxAge = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _reading = new(1);
    private SharedCopy? _shared;
    private int _version;

    public async ValueTask<FeedMessage> ReadAsync(CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_shared is { } shared && IsCurrent(shared))
            {
                return shared.Message;
            }

            var (version, now) = (Volatile.Read(ref _version), time.GetTimestamp());
            var message = Read();
            _shared = new SharedCopy(message, version, now);
            return message;
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>Invalidates the shared copy, so that the next request reads the circuits again.</summary>
    public void Invalidate() => Interlocked.Increment(ref _version);

    public CircuitSnapshot? Find(string id) => circuits.GetSnapshots().FirstOrDefault(circuit => circuit.Id == id);

    public async Task WriteAllAsync(HttpContext context)
    {
        var overview = await ReadAsync(context.RequestAborted).ConfigureAwait(false);
        await SharedResponse.WriteJsonAsync(context, overview.Json, time).ConfigureAwait(false);
    }

    public Task WriteOneAsync(HttpContext context)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        return Find(id) is { } circuit
            ? WriteAsync(context, circuit)
            : Problem.WriteUnknownCircuitAsync(context, id);
    }

    public static Task WriteAsync(HttpContext context, CircuitSnapshot circuit) => context.Response.WriteAsJsonAsync(
        CircuitJson.From(circuit) with { Settings = circuit.Settings },
        CircuitJsonContext.Default.CircuitJson,
        contentType: null,
        context.RequestAborted);

    public void Dispose() => _reading.Dispose();

    private bool IsCurrent(SharedCopy copy) =>
        copy.Version == Volatile.Read(ref _version)
        && copy.Message.Transition == history.LastTransition
        && time.GetElapsedTime(copy.At) < _maxAge
        && time.GetElapsedTime(copy.At) < options.Value.RefreshInterval;

    private FeedMessage Read()
    {
        // Read the history before the circuits, so that the circuits reflect every transition in the history.
        var (transitions, lastTransition) = history.Read();
        var snapshots = circuits.GetSnapshots();
        calls.Update(snapshots);
        var overview = new OverviewJson(
            time.GetUtcNow(),
            environment.ApplicationName,
            options.Value.EnableControl,
            options.Value.HeartbeatInterval.TotalSeconds,
            BackplaneJson.From(backplane),
            snapshots.Select(CircuitJson.From),
            transitions,
            calls.Read());
        return FeedMessage.Create("overview", overview, CircuitJsonContext.Default.OverviewJson, lastTransition);
    }

    private sealed record SharedCopy(FeedMessage Message, int Version, long At);
}
