using System.Globalization;

namespace Http.CircuitBreaker.Benchmarks.Quick;

/// <summary>The limit that a figure must meet.</summary>
internal readonly record struct Target(double Limit, bool IsAtLeast)
{
    private static readonly Dictionary<string, Target> _all = new()
    {
        ["closed_sync_vs_floor"] = AtMost(1.8),
        ["closed_sync_vs_peer"] = AtMost(0.10),
        ["closed_async_extra_bytes"] = AtMost(48),
        ["body_extra_bytes"] = AtMost(250),
        ["upload_extra_bytes"] = AtMost(250),
        ["open_vs_peer"] = AtMost(0.05),
        ["open_bytes"] = AtMost(900),
        ["threads2_vs_peer"] = AtLeast(4),
        ["bytes_per_circuit"] = AtMost(600),
        ["bytes_per_circuit_full"] = AtMost(1100),
        ["hosts100k_vs_peer"] = AtMost(0.5),
        ["loopback_added_us"] = AtMost(3),
        ["metrics_on_vs_off"] = AtMost(1.5),
        ["redis_closed_vs_local"] = AtMost(1.1),
    };

    /// <summary>Null for a figure without a target.</summary>
    public static Target? Find(string figure) => _all.TryGetValue(figure, out var target) ? target : null;

    public bool IsMetBy(double value) => IsAtLeast ? value >= Limit : value <= Limit;

    public override string ToString() => (IsAtLeast ? ">= " : "<= ") + Limit.ToString(CultureInfo.InvariantCulture);

    private static Target AtMost(double limit) => new(limit, IsAtLeast: false);

    private static Target AtLeast(double limit) => new(limit, IsAtLeast: true);
}
