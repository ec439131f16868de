using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Http.CircuitBreaker.AspNetCore.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.AspNetCore.Feed;

/// <summary>Reads the current circuits and transitions, and writes them as JSON.</summary>
internal sealed class CircuitOverview(
    ICircuitRegistry circuits,
    TransitionHistory history,
    TimeProvider time,
    IHostEnvironment environment,
    IOptions<CircuitEndpointsOptions> options)
{
    /// <summary>Returns the overview as JSON, and the number of the last transition in it.</summary>
    public (byte[] Json, long LastTransition) Serialize()
    {
        var (overview, lastTransition) = Read();
        return (JsonSerializer.SerializeToUtf8Bytes(overview, CircuitJsonContext.Default.OverviewJson), lastTransition);
    }

    public CircuitSnapshot? Find(string id) => circuits.GetSnapshots().FirstOrDefault(circuit => circuit.Id == id);

    public Task WriteAllAsync(HttpContext context) =>
        WriteAsync(context, Read().Overview, CircuitJsonContext.Default.OverviewJson);

    public Task WriteOneAsync(HttpContext context)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        return Find(id) is { } circuit
            ? WriteAsync(context, circuit)
            : Problem.WriteUnknownCircuitAsync(context, id);
    }

    public static Task WriteAsync(HttpContext context, CircuitSnapshot circuit) =>
        WriteAsync(context, CircuitJson.From(circuit), CircuitJsonContext.Default.CircuitJson);

    private static Task WriteAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type) =>
        context.Response.WriteAsJsonAsync(value, type, contentType: null, context.RequestAborted);

    private (OverviewJson Overview, long LastTransition) Read()
    {
        // Read the history before the circuits, so that a transition in between is sent twice rather than lost.
        var (transitions, lastTransition) = history.Read();
        var overview = new OverviewJson(
            time.GetUtcNow(),
            environment.ApplicationName,
            options.Value.EnableControl,
            options.Value.HeartbeatInterval.TotalSeconds,
            circuits.GetSnapshots().Select(CircuitJson.From),
            transitions);
        return (overview, lastTransition);
    }
}
