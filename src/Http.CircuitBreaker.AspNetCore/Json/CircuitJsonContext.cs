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
