using System.Text.Json.Serialization;

namespace Http.CircuitBreaker.AspNetCore.Json;

/// <summary>Serializers made at compile time; a body that has what is not asked for, or has it twice, is wrong.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    MaxDepth = 8,
    Converters = [typeof(CamelCase<CircuitState>), typeof(CamelCase<CircuitTransitionReason>), typeof(CamelCase<CircuitBreakerMode>)])]
[JsonSerializable(typeof(OverviewJson))]
[JsonSerializable(typeof(CircuitsJson))]
[JsonSerializable(typeof(HeartbeatJson))]
[JsonSerializable(typeof(IsolationJson))]
[JsonSerializable(typeof(ResetJson))]
internal sealed partial class CircuitJsonContext : JsonSerializerContext;
