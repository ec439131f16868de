using Microsoft.Extensions.Configuration;

namespace Http.CircuitBreaker.Configuration;

/// <summary>The options that can be set in configuration, with their types and limits.</summary>
internal sealed class OptionTable<TOptions>
    where TOptions : class, new()
{
    private readonly List<OptionRow<TOptions>> _rows = [];

    public IReadOnlyList<OptionRow<TOptions>> Rows => _rows;

    /// <summary>Returns the error for an unknown key; null for the default error, which suggests the closest known key.</summary>
    public Func<IConfigurationSection, string?> Explain { get; init; } = _ => null;

    public OptionTable<TOptions> Add<T>(string key, Func<TOptions, T> get, Action<TOptions, T> set, OptionType<T> type) =>
        Add(new OptionRow<TOptions, T>(key, get, set, type));

    public OptionTable<TOptions> Add(OptionRow<TOptions> row)
    {
        _rows.Add(row);
        return this;
    }

    public OptionRow<TOptions>? Find(string key) => _rows.Find(row => row.Key.Equals(key, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// Sets all options that have valid values in the section. Returns an error with the full path for each invalid value or unknown key.
    /// </summary>
    /// <param name="section">The section to read.</param>
    /// <param name="options">The options to set.</param>
    /// <param name="otherKeys">Known child keys to skip because other code handles them.</param>
    public List<string> Read(IConfigurationSection section, TOptions options, params IReadOnlyCollection<string> otherKeys)
    {
        var names = _rows.Select(row => row.Key).Concat(otherKeys).ToList();
        var errors = OptionTable.RequireObject(section, names).ToList();
        foreach (var child in section.GetChildren().Where(child => !otherKeys.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
        {
            var error = Find(child.Key) is { } row ? row.Read(child, options) : Unknown(child, names);
            if (error is not null)
            {
                errors.Add($"{child.Path}: {error}");
            }
        }

        return errors;
    }

    /// <summary>Validates the current values, whether they were set in configuration or in code, and returns the errors.</summary>
    public IEnumerable<string> Check(TOptions options) =>
        from row in _rows
        let error = row.Check(options)
        where error is not null
        select $"{row.Key} {error}";

    private string Unknown(IConfigurationSection child, IReadOnlyCollection<string> names) =>
        NearestName.SuggestUnderscores(child.Key, names) is { Length: > 0 } hint
            ? $"unknown setting{hint}"
            : Explain(child) ?? $"unknown setting{NearestName.Suggest(child.Key, names)}";
}

internal static class OptionTable
{
    /// <summary>
    /// Returns an error if the section has a value instead of children. An empty JSON array, which has an empty value, is allowed.
    /// </summary>
    public static IEnumerable<string> RequireObject(IConfigurationSection section, params IEnumerable<string> names) =>
        string.IsNullOrWhiteSpace(section.Value)
            ? []
            : [$"{section.Path}: expected an object, not a single value{NearestName.SuggestUnderscores(section.Key, names)}"];
}
