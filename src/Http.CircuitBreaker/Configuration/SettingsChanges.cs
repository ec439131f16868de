namespace Http.CircuitBreaker.Configuration;

/// <summary>Describes how settings differ from previous ones, for the log.</summary>
internal static class SettingsChanges
{
    private const int MaxShown = 20;

    /// <summary>Returns the changed options with their old and new values; an empty string if no option has changed.</summary>
    public static string Describe(ClientSettings before, ClientSettings after)
    {
        var client = Compare(before.Options, after.Options).ToList();
        var changes = client.Concat(
            from host in before.Hosts.Union(after.Hosts)
            from change in Compare(before.OptionsOf(host), after.OptionsOf(host)).Except(client)
            select $"{(host.Port is null ? host.Host : $"{host.Host}:{host.Port}")} {change}").ToList();
        var others = changes.Count > MaxShown ? $" and {changes.Count - MaxShown} more" : "";
        return string.Join(", ", changes.Take(MaxShown)) + others;
    }

    // A changed scope takes effect after a restart, which is logged separately.
    private static IEnumerable<string> Compare(CircuitBreakerOptions before, CircuitBreakerOptions after) =>
        from row in CircuitBreakerOptionTable.Table.Rows
        where row.Key != nameof(CircuitBreakerOptions.Scope)
        let values = (Before: row.Format(before), After: row.Format(after))
        where values.Before != values.After
        select $"{row.Key}: {values.Before} -> {values.After}";
}
