using System.Globalization;

namespace Http.CircuitBreaker.Redis.Protocol;

/// <summary>A circuit's shared state.</summary>
internal enum BackplaneState
{
    Closed,
    Open,
    Isolated,
}

/// <summary>
/// A circuit's shared record. Its state began at <paramref name="At"/> and ends at <paramref name="Until"/>; 0 means no end.
/// </summary>
/// <remarks>Times are server times in milliseconds. Versions increase with every published change to any circuit.</remarks>
internal sealed record BackplaneRecord(
    CircuitKey Key,
    long Version,
    BackplaneState State,
    long At,
    long Until = 0,
    int Instances = 0,
    string? FailureReason = null,
    string? IsolationReason = null,
    bool IsReset = false)
{
    private const long MaxDistance = 366L * 24 * 60 * 60 * 1000;
    private const int MaxReasonLength = 1000;

    public bool IsInForce(long serverTime) => Until == 0 || Until > serverTime;

    /// <summary>Parses a record. Returns null if a field is malformed or a time is more than a year away from the server's time.</summary>
    public static BackplaneRecord? Parse(Func<string, string?> field, long serverTime)
    {
        return CircuitKeyText.Parse(field("key")) is { } key
            && Enum.TryParse<BackplaneState>(field("state"), out var state) && Enum.IsDefined(state)
            && Number("version") is { } version
            && Number("at") is { } at && IsNear(at)
            && Number("ends") is { } until && (until == 0 || IsNear(until))
            && Number("instances") is { } instances and >= 0 and <= int.MaxValue
            ? new(key, version, state, at, until, (int)instances, Reason("failure"), Reason("reason"), field("reset") == "1")
            : null;

        long? Number(string name) => long.TryParse(field(name), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : null;
        bool IsNear(long time) => time > serverTime - MaxDistance && time < serverTime + MaxDistance;
        string? Reason(string name) => field(name) is { Length: > 0 } text ? text[..Math.Min(text.Length, MaxReasonLength)] : null;
    }
}
