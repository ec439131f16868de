namespace Http.CircuitBreaker.Configuration;

/// <summary>Describes how settings differ from the defaults or from previous settings, for the log.</summary>
internal static class SettingsChanges
{
    private const int MaxShown = 20;

    /// <summary>Returns the options that differ from the defaults, with the source of each value.</summary>
    public static string Describe(ClientSettings settings)
    {
        var (options, defaults) = (settings.Options, new CircuitBreakerOptions());
        List<(string Name, CircuitBreakerOptions Options)> sources = [("", defaults), .. settings.Sources, ("code", options)];
        var changes = (
            from row in CircuitBreakerOptionTable.Table.Rows
            let values = sources.ConvertAll(source => row.Format(source.Options))
            where values[^1] != values[0]
            group $"{row.Key}: {values[^1]}" by sources[values.FindLastIndex(value => value != values[^1]) + 1].Name into source
            select $"{string.Join(", ", source)} ({source.Key})").ToList();
        if (options.Placement != defaults.Placement)
        {
            changes.Add($"{nameof(options.Placement)}: {options.Placement} (code)");
        }

        var except = changes.Count > 0 ? $" except {string.Join(", ", changes)}"
            : settings.Section is null && settings.Sources.Count > 0 ? $"; there is no section {settings.Sources[0].Section}"
            : "";
        var hosts = settings.Hosts.Select(host => host.Host).Distinct().Count();
        var circuits = settings.Names.Count > 0 ? $"; circuit names with their own settings: {settings.Names.Count}" : "";
        return $"the default settings{except}{(hosts > 0 ? $"; hosts with their own settings: {hosts}" : "")}{circuits}";
    }

    /// <summary>Returns the changed options with their old and new values; an empty string if no option has changed.</summary>
    public static string Describe(ClientSettings before, ClientSettings after)
    {
        var client = Compare(before.Options, after.Options).ToList();
        var changes = client.Concat(
            from host in before.Hosts.Union(after.Hosts)
            from change in Compare(before.OptionsOf(host), after.OptionsOf(host)).Except(client)
            select $"{HostOverrides.Format(host)} {change}").Concat(
            from name in before.Names.Union(after.Names)
            from change in Compare(before.OptionsOf(name), after.OptionsOf(name)).Except(client)
            select $"{name} {change}").ToList();
        var others = changes.Count > MaxShown ? $" and {changes.Count - MaxShown} more" : "";
        return string.Join(", ", changes.Take(MaxShown)) + others;
    }

    // Omits options whose changes take effect only after a restart, because they are logged separately.
    private static IEnumerable<string> Compare(CircuitBreakerOptions before, CircuitBreakerOptions after) =>
        from row in CircuitBreakerOptionTable.Table.Rows
        where !CircuitBreakerOptionTable.RestartOnly.Contains(row.Key)
        let values = (Before: row.Format(before), After: row.Format(after))
        where values.Before != values.After
        select $"{row.Key}: {values.Before} -> {values.After}";
}
