using System.Text.Json;
using Http.CircuitBreaker.Redis.Protocol;

namespace Http.CircuitBreaker.Redis.Server;

/// <summary>What is published on a change. Anybody can publish on a channel: what is no message of this schema is no message.</summary>
internal static class FleetMessage
{
    private const int LongestMessage = 16 * 1024;

    public static FleetRecord? Parse(ReadOnlyMemory<byte> message)
    {
        if (message.Length > LongestMessage)
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(message);
            var root = json.RootElement;
            return root.ValueKind == JsonValueKind.Object
                && Field(root, "schema") == FleetKeys.Schema
                && FleetRecord.From(name => Field(root, name)) is { } record
                && record.Key.Id == Field(root, "id")
                    ? record
                    : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Field(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
