using System.Globalization;

namespace Http.CircuitBreaker.Redis.Protocol;

/// <summary>The fleet's latest word on a circuit, as the server keeps it. Times are the server's, in milliseconds.</summary>
internal sealed record BackplaneRecord
{
    public required CircuitKey Key { get; init; }

    /// <summary>Grows with each change of any circuit, so that an older message is known as such.</summary>
    public required long Version { get; init; }

    public required BackplaneState State { get; init; }

    /// <summary>When the verdict was made.</summary>
    public long At { get; init; }

    /// <summary>When it ends; 0 if it does not.</summary>
    public long Until { get; init; }

    /// <summary>How many instances reported it.</summary>
    public int Instances { get; init; }

    public string? Reason { get; init; }

    public string? Note { get; init; }

    /// <summary>Closed by hand.</summary>
    public bool IsReset { get; init; }

    /// <summary>Reads a record from its fields; null if they make none.</summary>
    public static BackplaneRecord? From(Func<string, string?> field)
    {
        if (CircuitKeyText.Parse(field("k")) is not { } key
            || Number(field("v")) is not { } version
            || StateOf(field("s")) is not { } state
            || Number(field("at") ?? "0") is not { } at
            || Number(field("u") ?? "0") is not { } until
            || Number(field("n") ?? "0") is not { } instances
            || instances is < 0 or > int.MaxValue)
        {
            return null;
        }

        return new BackplaneRecord
        {
            Key = key,
            Version = version,
            State = state,
            At = at,
            Until = until,
            Instances = (int)instances,
            Reason = field("why"),
            Note = field("note"),
            IsReset = field("x") == "1",
        };
    }

    public bool IsInForce(long serverTime) => Until == 0 || Until - serverTime > 0;

    private static long? Number(string? text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static BackplaneState? StateOf(string? text) => text switch
    {
        "c" => BackplaneState.Closed,
        "o" => BackplaneState.Open,
        "i" => BackplaneState.Isolated,
        _ => null,
    };
}
