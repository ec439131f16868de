using System.Globalization;

namespace Http.CircuitBreaker.Redis.Protocol;

/// <summary>The state of a circuit that all instances share.</summary>
internal enum BackplaneState { Closed, Open, Isolated }

/// <summary>
/// A circuit's record in Redis: the state that all instances share. The state began at <paramref name="At"/> and ends at
/// <paramref name="Until"/>, which is 0 if the state has no end.
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
    /// <summary>The maximum length of a reason. Longer reasons are truncated before they are sent.</summary>
    public const int MaxReasonLength = 1000;

    // The scripts limit a reason to this many bytes. MaxReasonLength chars always fit, because a char takes at most 3 bytes in UTF-8.
    private const int MaxReasonBytes = 3000;

    // If the server's clock was set back, versions and start times can be later than the server's current time. Times that are up to one
    // hour ahead are therefore accepted, here and in the scripts.
    private const long MaxClockChange = 60 * 60 * 1000;
    private const long Year = 366L * 24 * 60 * 60 * 1000;
    private const int MaxInstances = 10_000;

    public bool IsInForce(long serverTime) => Until == 0 || Until > serverTime;

    /// <summary>Whether an instance could have written all of these values. Versions are server times in microseconds.</summary>
    public bool IsPlausible(long serverTime) =>
        Version <= (serverTime + MaxClockChange) * 1000
        && At > 0 && At <= serverTime + MaxClockChange
        && (Until == 0 || (Until > serverTime - Year && Until <= serverTime + Year))
        && Instances is >= 0 and <= MaxInstances
        && FailureReason is null or { Length: <= MaxReasonBytes }
        && IsolationReason is null or { Length: <= MaxReasonBytes };

    /// <summary>Parses a record. Returns null if a field is malformed.</summary>
    public static BackplaneRecord? Parse(Func<string, string?> field)
    {
        return CircuitKeyText.Parse(field("key")) is { } key
            && Enum.TryParse<BackplaneState>(field("state"), out var state) && Enum.IsDefined(state)
            && Number("version") is { } version
            && Number("at") is { } at
            && Number("ends") is { } until
            && Number("instances") is { } instances and <= int.MaxValue
            ? new(key, version, state, at, until, (int)instances, Reason("failure"), Reason("reason"), field("reset") == "1")
            : null;

        long? Number(string name) => long.TryParse(field(name), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : null;
        string? Reason(string name) => field(name) is { Length: > 0 } text ? text : null;
    }
}
