using System.Text.Json;
using System.Text.Json.Serialization;

namespace Http.CircuitBreaker.AspNetCore.Json;

/// <summary>Serializers made at compile time; a body that has what is not asked for, or has it twice, is wrong.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    MaxDepth = 8,
    Converters = [typeof(CamelCaseEnumConverter<CircuitState>), typeof(CamelCaseEnumConverter<CircuitTransitionReason>), typeof(CamelCaseEnumConverter<CircuitBreakerMode>)])]
[JsonSerializable(typeof(OverviewJson))]
[JsonSerializable(typeof(CircuitChangesJson))]
[JsonSerializable(typeof(HeartbeatJson))]
[JsonSerializable(typeof(IsolationRequest))]
[JsonSerializable(typeof(ResetRequest))]
internal sealed partial class CircuitJsonContext : JsonSerializerContext;

/// <summary>Everything at one moment.</summary>
internal sealed record OverviewJson(
    DateTimeOffset Now,
    string Application,
    bool CanControl,
    double HeartbeatSeconds,
    IEnumerable<CircuitJson> Circuits,
    IEnumerable<TransitionJson> Transitions);

/// <summary>What has changed since the last time.</summary>
internal sealed record CircuitChangesJson(DateTimeOffset Now, IEnumerable<CircuitJson> Changed, IEnumerable<string> Removed);

/// <summary>A sign of life.</summary>
internal sealed record HeartbeatJson(DateTimeOffset Now);

/// <summary>What somebody asks for who isolates a circuit. Both may be left out.</summary>
internal sealed record IsolationRequest(double? DurationSeconds, string? Reason);

/// <summary>An empty object.</summary>
internal sealed record ResetRequest;

/// <summary>Writes the names of an enum as the other names are written.</summary>
internal sealed class CamelCaseEnumConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase)
    where T : struct, Enum;
