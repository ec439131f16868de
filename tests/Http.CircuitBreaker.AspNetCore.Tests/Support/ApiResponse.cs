using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Http.CircuitBreaker.AspNetCore.Tests.Support;

/// <summary>A response of an endpoint.</summary>
internal sealed record ApiResponse(int Status, IHeaderDictionary Headers, string Text)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public string? Problem => Headers.ContentType.ToString().StartsWith("application/problem+json", StringComparison.Ordinal)
        ? Json.GetProperty("detail").GetString()
        : null;

    public string? Field => Json.TryGetProperty("field", out var name) ? name.GetString() : null;

    public static async Task<ApiResponse> ReadAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Response.Body);
        return new ApiResponse(context.Response.StatusCode, context.Response.Headers, await reader.ReadToEndAsync());
    }
}
