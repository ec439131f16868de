namespace Http.CircuitBreaker.Configuration;

/// <summary>Suggests the known name that is closest to a misspelled name.</summary>
internal static class NearestName
{
    /// <summary>Returns the suffix <c>; did you mean 'X'?</c> for an error message, or an empty string if no name is close.</summary>
    public static string Suggest(string text, IEnumerable<string> names)
    {
        var nearest = names
            .Select(name => (Name: name, Distance: Distance(text.ToUpperInvariant(), name.ToUpperInvariant())))
            .Where(candidate => candidate.Distance <= Math.Max(2, candidate.Name.Length / 3) && candidate.Distance < candidate.Name.Length)
            .OrderBy(candidate => candidate.Distance)
            .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .Select(candidate => candidate.Name)
            .FirstOrDefault();
        return nearest is null ? "" : $"; did you mean '{nearest}'?";
    }

    /// <summary>
    /// If the text contains a known name next to a single underscore, returns a hint to write two underscores; otherwise an empty string.
    /// </summary>
    public static string SuggestUnderscores(string text, IEnumerable<string> names) =>
        text.Contains('_', StringComparison.Ordinal) && text.Split('_').Intersect(names, StringComparer.OrdinalIgnoreCase).Any()
            ? "; in the name of an environment variable, write two underscores between the parts, as in "
                + $"'{string.Join("__", text.Split('_', StringSplitOptions.RemoveEmptyEntries))}'"
            : "";

    /// <summary>Returns the Levenshtein distance: the minimum number of characters to insert, remove or replace.</summary>
    public static int Distance(string from, string to)
    {
        // Keep only one row of the distance matrix in memory.
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
