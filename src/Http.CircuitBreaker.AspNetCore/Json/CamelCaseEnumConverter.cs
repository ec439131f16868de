using System.Text.Json;
using System.Text.Json.Serialization;

namespace Http.CircuitBreaker.AspNetCore.Json;

/// <summary>Writes the names of an enum as the other names are written.</summary>
internal sealed class CamelCaseEnumConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase)
    where T : struct, Enum;
