using System.Diagnostics;

namespace Http.CircuitBreaker.Telemetry;

/// <summary>The attributes that name a circuit.</summary>
internal static class Tags
{
    public static TagList Of(CircuitKey key)
    {
        var tags = new TagList { { TelemetryNames.ClientTag, key.Client } };
        if (key.Host is { } host)
        {
            tags.Add(TelemetryNames.ServerAddressTag, host);
        }

        if (key.Port is { } port)
        {
            tags.Add(TelemetryNames.ServerPortTag, port);
        }

        if (key.Name is { } name)
        {
            tags.Add(TelemetryNames.NameTag, name);
        }

        return tags;
    }

    public static TagList With(this TagList tags, string key, object? value)
    {
        tags.Add(key, value);
        return tags;
    }
}
