using System.Buffers.Text;
using System.Text;
using Http.CircuitBreaker.Redis.Protocol;

namespace Http.CircuitBreaker.Redis.Server;

/// <summary>What is published on a change. Anybody can publish on a channel: what is no message of this schema is no message.</summary>
/// <remarks>
/// Names and values by turns, each as its length in bytes, a colon and itself. Not JSON: the Lua library for it is not the same
/// everywhere where control characters are concerned.
/// </remarks>
internal static class BackplaneMessage
{
    private const int LongestMessage = 16 * 1024;

    public static BackplaneRecord? Parse(ReadOnlySpan<byte> message)
    {
        var fields = new Dictionary<string, string>();
        if (message.Length > LongestMessage)
        {
            return null;
        }

        while (!message.IsEmpty)
        {
            if (!TryTake(ref message, out var name) || !TryTake(ref message, out var value))
            {
                return null;
            }

            fields[name] = value;
        }

        return fields.GetValueOrDefault("schema") == RedisKeys.Schema
            && BackplaneRecord.From(name => fields.GetValueOrDefault(name)) is { } record
            && record.Key.Id == fields.GetValueOrDefault("id")
                ? record
                : null;
    }

    private static bool TryTake(ref ReadOnlySpan<byte> message, out string part)
    {
        part = "";
        if (!Utf8Parser.TryParse(message, out int length, out var digits)
            || length < 0
            || digits >= message.Length
            || message[digits] != ':'
            || length > message.Length - digits - 1)
        {
            return false;
        }

        part = Encoding.UTF8.GetString(message.Slice(digits + 1, length));
        message = message[(digits + 1 + length)..];
        return true;
    }
}
