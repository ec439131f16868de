using System.Text.Json;
using Http.CircuitBreaker.AspNetCore.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.AspNetCore.Feed;

/// <summary>Everything there is to see at this moment.</summary>
internal sealed class CircuitOverview(
    ICircuitRegistry circuits, TransitionHistory history, TimeProvider time, IHostEnvironment environment, IOptions<CircuitEndpointsOptions> options)
{
    /// <summary>The overview as JSON, and how many transitions there had been by then.</summary>
    public (byte[] Json, long Transitions) Serialize()
    {
        var (overview, transitions) = Read();
        return (JsonSerializer.SerializeToUtf8Bytes(overview, CircuitJsonContext.Default.OverviewJson), transitions);
    }

    public CircuitSnapshot? Find(string id) => circuits.GetSnapshots().FirstOrDefault(circuit => circuit.Id == id);

    public Task WriteAllAsync(HttpContext context) =>
        context.Response.WriteAsJsonAsync(Read().Overview, CircuitJsonContext.Default.OverviewJson, contentType: null, context.RequestAborted);

    public Task WriteOneAsync(HttpContext context)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        return Find(id) is { } circuit
            ? WriteAsync(context, circuit)
            : Problem.WriteUnknownCircuitAsync(context, id);
    }

    public static Task WriteAsync(HttpContext context, CircuitSnapshot circuit) =>
        context.Response.WriteAsJsonAsync(CircuitJson.From(circuit), CircuitJsonContext.Default.CircuitJson, contentType: null, context.RequestAborted);

    // The history first: what happens in between is then told again rather than never.
    private (OverviewJson Overview, long Transitions) Read()
    {
        var (transitions, count) = history.Read();
        var overview = new OverviewJson(
            time.GetUtcNow(),
            environment.ApplicationName,
            options.Value.EnableControl,
            options.Value.HeartbeatInterval.TotalSeconds,
            circuits.GetSnapshots().Select(CircuitJson.From),
            transitions);
        return (overview, count);
    }
}
