using System.Text.Json;
using System.Text.Json.Serialization;

namespace Http.CircuitBreaker.AspNetCore.Json;

/// <summary>Serializes JSON. Unknown or duplicate properties in request bodies are errors.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    MaxDepth = 8,
    Converters =
    [
        typeof(CamelCaseEnumConverter<CircuitState>),
        typeof(CamelCaseEnumConverter<CircuitTransitionReason>),
        typeof(CamelCaseEnumConverter<CircuitBreakerMode>),
    ])]
[JsonSerializable(typeof(OverviewJson))]
[JsonSerializable(typeof(CircuitChangesJson))]
[JsonSerializable(typeof(HeartbeatJson))]
[JsonSerializable(typeof(BackplaneJson))]
[JsonSerializable(typeof(IsolationRequest))]
[JsonSerializable(typeof(ResetRequest))]
internal sealed partial class CircuitJsonContext : JsonSerializerContext;

/// <summary>All circuits and the latest transitions, for the list endpoint and the <c>overview</c> event.</summary>
internal sealed record OverviewJson(
    DateTimeOffset Now,
    string Application,
    bool CanControl,
    double HeartbeatSeconds,
    BackplaneJson? Backplane,
    IEnumerable<CircuitJson> Circuits,
    IEnumerable<TransitionJson> Transitions,
    HistoryJson History);

/// <summary>
/// The state of the connection to other instances, in the overview and in <c>backplane</c> events. This value is null if circuits are not
/// shared.
/// </summary>
internal sealed record BackplaneJson(bool IsConnected, int Instances)
{
    public static BackplaneJson? From(ICircuitBackplaneStatus? status) =>
        status is null ? null : new BackplaneJson(status.IsConnected, status.Instances);
}

/// <summary>The calls of the last three minutes, grouped into five-second slots. Slots are numbered from the Unix epoch.</summary>
/// <param name="Slot">The current slot.</param>
/// <param name="FirstSlot">The first slot in which all calls have been counted. Earlier slots may be incomplete.</param>
/// <param name="Circuits">
/// The slots that contain calls, by circuit ID. Each slot is an array of numbers: its age in slots, followed by the numbers of succeeded,
/// failed, rejected and ignored calls. Trailing zeros are omitted.
/// </param>
internal sealed record HistoryJson(long Slot, long FirstSlot, IReadOnlyDictionary<string, IReadOnlyList<long[]>> Circuits);

/// <summary>The data of a <c>circuits</c> event: changed circuits, the IDs of removed circuits, and the changed history slots.</summary>
internal sealed record CircuitChangesJson(DateTimeOffset Now, IEnumerable<CircuitJson> Changed, IEnumerable<string> Removed)
{
    public HistoryJson? History { get; init; }
}

/// <summary>The <c>heartbeat</c> event, sent if no other event has been sent during the heartbeat interval.</summary>
internal sealed record HeartbeatJson(DateTimeOffset Now);

/// <summary>The body of an isolate request. Both fields are optional.</summary>
internal sealed record IsolationRequest(double? DurationSeconds, string? Reason);

internal sealed record ResetRequest;

internal sealed class CamelCaseEnumConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase)
    where T : struct, Enum;
