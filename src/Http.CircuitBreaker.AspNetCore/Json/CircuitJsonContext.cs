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
[JsonSerializable(typeof(IsolationRequest))]
[JsonSerializable(typeof(ResetRequest))]
internal sealed partial class CircuitJsonContext : JsonSerializerContext;

/// <summary>All circuits and the latest transitions, for the list endpoint and the <c>overview</c> event.</summary>
internal sealed record OverviewJson(
    DateTimeOffset Now,
    string Application,
    bool CanControl,
    double HeartbeatSeconds,
    IEnumerable<CircuitJson> Circuits,
    IEnumerable<TransitionJson> Transitions);

/// <summary>The data of a <c>circuits</c> event, which lists changed circuits and the IDs of removed circuits.</summary>
internal sealed record CircuitChangesJson(DateTimeOffset Now, IEnumerable<CircuitJson> Changed, IEnumerable<string> Removed);

/// <summary>The <c>heartbeat</c> event, sent if nothing else has been sent for a while.</summary>
internal sealed record HeartbeatJson(DateTimeOffset Now);

/// <summary>The body of an isolate request. Both fields are optional.</summary>
internal sealed record IsolationRequest(double? DurationSeconds, string? Reason);

/// <summary>The body of a reset request. It has no fields.</summary>
internal sealed record ResetRequest;

internal sealed class CamelCaseEnumConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase)
    where T : struct, Enum;
