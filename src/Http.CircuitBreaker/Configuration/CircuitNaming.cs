using System.Buffers;
using Microsoft.Extensions.Configuration;

namespace Http.CircuitBreaker.Configuration;

/// <summary>Names circuits after the first segments of the request path or after the value of a request header.</summary>
internal readonly record struct CircuitNaming(int Segments, string? Header)
{
    public const int MaxSegments = 8;

    private const int MaxLength = 100;

    private static readonly SearchValues<char> _printableAscii =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code)]);

    // Characters that Uri neither escapes nor replaces in a path.
    private static readonly SearchValues<char> _plain =
        SearchValues.Create("/.-_~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    public bool IsOff => Segments == 0 && Header is null;

    public static CircuitNaming From(CircuitBreakerOptions options) => new(options.PathSegments, options.CircuitNameHeader);

    /// <summary>Describes which calls share a circuit, for the log.</summary>
    public static string DescribeScope(CircuitBreakerOptions options) => From(options).Describe(options.Scope);

    /// <summary>
    /// Whether the values of this request header may be circuit names. Names appear in logs, so headers with credentials are excluded.
    /// </summary>
    public static bool IsHeader(string header)
    {
        string[] secret = ["Authorization", "Proxy-Authorization", "Cookie"];
        using var request = new HttpRequestMessage();
        return request.Headers.TryAddWithoutValidation(header, "") && !secret.Contains(header, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Whether the text can be a name. Only printable ASCII characters are allowed, so that names are safe in logs.</summary>
    public static bool IsName(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= MaxLength && !text.ContainsAnyExcept(_printableAscii);

    /// <summary>Returns the name as it appears in circuit keys.</summary>
    public static string Normalize(ReadOnlySpan<char> name) => name.ToString().ToLowerInvariant();

    /// <summary>Whether a call can have this circuit name. The name must already be normalized, like the names in circuit keys.</summary>
    public bool CanBe(string name) =>
        !IsOff && IsName(name) && Normalize(name) == name && (Header is null ? GetName(name) : name.AsSpan().Trim()).Length == name.Length;

    public string Describe(CircuitScope scope) => IsOff ? $"{scope}"
        : Header is null ? $"{scope} with PathSegments {Segments}"
        : $"{scope} with CircuitNameHeader {Header}";

    /// <summary>Returns the circuit name in the request, not yet validated or normalized; empty if the request has none.</summary>
    public ReadOnlySpan<char> GetName(HttpRequestMessage request, Uri uri)
    {
        if (Header is null)
        {
            return GetName(PathOf(uri));
        }

        return request.Headers.NonValidated.TryGetValues(Header, out var values) ? values.ToString().AsSpan().Trim() : default;
    }

    /// <summary>Converts a configuration key to a circuit name. Returns an error if no call can have that name.</summary>
    public Parsed<string> Parse(string key)
    {
        if (Header is not null)
        {
            var value = key.AsSpan().Trim();
            return IsName(value) ? Normalize(value) : Parsed<string>.Invalid(
                $"is not a circuit name; use a header value of at most {MaxLength} printable ASCII characters");
        }

        if (key.AsSpan().ContainsAny('?', '#') || !Uri.TryCreate($"http://host/{key.TrimStart('/')}", UriKind.Absolute, out var uri)
            || !IsName(uri.AbsolutePath.AsSpan().Trim('/')))
        {
            return Parsed<string>.Invalid(
                $"is not a circuit name; write the first segments of a path, at most {MaxLength} characters, for example v1/chat");
        }

        var path = Normalize(uri.AbsolutePath.AsSpan().Trim('/'));
        return GetName(path).Length == path.Length ? path : Parsed<string>.Invalid(
            $"has more segments than PathSegments ({Segments}), so no call has this name; shorten it, or raise PathSegments");
    }

    // Uri.AbsolutePath allocates a string for each new Uri. To avoid this, a path that Uri would not change is read from the original
    // string.
    private static ReadOnlySpan<char> PathOf(Uri uri)
    {
        var text = uri.OriginalString.AsSpan();
        var authority = text.IndexOf("://");
        var path = authority < 0 ? default : text[(authority + 3)..];
        path = path[Math.Max(0, path.IndexOfAny("/?#\\"))..];
        path = path[..(path.IndexOfAny('?', '#') is >= 0 and var end ? end : path.Length)];
        return path is ['/', ..] && !path.ContainsAnyExcept(_plain) && !path.Contains("/.", StringComparison.Ordinal)
            ? path
            : uri.AbsolutePath;
    }

    private ReadOnlySpan<char> GetName(ReadOnlySpan<char> path)
    {
        path = path.Trim('/');
        var left = Segments;
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] == '/' && --left == 0)
            {
                return path[..i].TrimEnd('/');
            }
        }

        return path;
    }
}

/// <summary>Reads the <c>Circuits</c> section of a client, which has a child section per circuit name.</summary>
internal sealed class NameOverrides : OverrideReader
{
    private readonly Dictionary<string, string> _paths = [];
    private readonly List<(string Name, CircuitBreakerOptions Options, Dictionary<(string Host, int? Port), CircuitBreakerOptions> Hosts)>
        _circuits = [];

    /// <param name="circuits">The section; null if there is no configuration.</param>
    /// <param name="client">The client options, which the circuits inherit.</param>
    /// <param name="hosts">The options for each host and port, which that host's circuits inherit instead of the client options.</param>
    public NameOverrides(
        IConfigurationSection? circuits,
        CircuitBreakerOptions client,
        IReadOnlyDictionary<(string Host, int? Port), CircuitBreakerOptions> hosts)
        : base("circuit")
    {
        if (circuits is null)
        {
            return;
        }

        Errors.AddRange(OptionTable.RequireObject(circuits));
        var naming = CircuitNaming.From(client);
        if (naming.IsOff && client.CircuitName is null && circuits.GetChildren().Any())
        {
            Errors.Add($"{circuits.Path}: has no effect, because this client's circuits have no names; "
                + "set PathSegments or CircuitNameHeader for the client");
            return;
        }

        foreach (var (key, section) in circuits.GetChildren().SelectMany(section => Rejoin(section.Key, section)))
        {
            // If naming is off, the names come from the CircuitName delegate, which may return any text, so they are not parsed.
            var name = naming.IsOff ? key : naming.Parse(key);
            if (name.Error is { } error)
            {
                Errors.Add($"{section.Path}: '{key}' {error}");
            }
            else if (!_paths.TryAdd(name.Value!, section.Path))
            {
                Errors.Add($"{section.Path}: is the same circuit as {_paths[name.Value!]}; remove one of them");
            }
            else
            {
                ReadCircuit(name.Value!, section, client, hosts);
            }
        }
    }

    /// <summary>Creates the complete settings for each circuit name. Call this only if there are no errors.</summary>
    public Dictionary<string, ClientSettings> CreateSettings() => _circuits.ToDictionary(
        circuit => circuit.Name, circuit => new ClientSettings(circuit.Options, circuit.Hosts), StringComparer.OrdinalIgnoreCase);

    // Configuration splits a key at each colon, so the circuit name llama3:8b becomes the section llama3 with the child section 8b. A child
    // section that is not an option is therefore the rest of a name.
    private static IEnumerable<(string Key, IConfigurationSection Section)> Rejoin(string key, IConfigurationSection section)
    {
        var children = section.GetChildren().ToList();
        var names = children.Where(IsName).SelectMany(child => Rejoin($"{key}:{child.Key}", child));
        return children.Count > 0 && children.TrueForAll(IsName) ? names : names.Prepend((key, section));
    }

    private static bool IsName(IConfigurationSection child) =>
        CircuitBreakerOptionTable.Table.Find(child.Key) is null && child.GetChildren().Any();

    private void ReadCircuit(
        string name,
        IConfigurationSection section,
        CircuitBreakerOptions client,
        IReadOnlyDictionary<(string Host, int? Port), CircuitBreakerOptions> hosts)
    {
        var names = section.GetChildren().Where(IsName).Select(child => child.Key).ToList();
        var options = Read(section, $"circuit '{name}'", client, names);
        _circuits.Add((name, options, hosts.ToDictionary(
            host => host.Key,
            host => Read(section, $"host '{HostOverrides.Format(host.Key)}', circuit '{name}'", host.Value, names, reported: options))));
    }
}

/// <summary>Reads sections that override the options of a client for some of its calls.</summary>
/// <param name="unit">What a section configures, as shown in error messages: "host" or "circuit".</param>
internal abstract class OverrideReader(string unit)
{
    /// <summary>The errors in individual settings, with their full paths.</summary>
    public List<string> Errors { get; } = [];

    /// <summary>Errors in values that are invalid only in combination, such as a MaxBreakDuration below the BreakDuration.</summary>
    public List<string> ValueErrors { get; } = [];

    /// <summary>Copies the inherited options and applies the section's settings to the copy.</summary>
    /// <param name="section">The section.</param>
    /// <param name="owner">What the section configures, as shown in error messages.</param>
    /// <param name="inherited">The options to copy.</param>
    /// <param name="otherKeys">Known child keys to skip because other code handles them.</param>
    /// <param name="reported">Options whose errors have already been reported and are not repeated; null = none.</param>
    protected CircuitBreakerOptions Read(
        IConfigurationSection section,
        string owner,
        CircuitBreakerOptions inherited,
        IEnumerable<string> otherKeys,
        CircuitBreakerOptions? reported = null)
    {
        var options = inherited.Clone();
        var clientOnly = section.GetChildren()
            .Where(child => CircuitBreakerOptionTable.ClientOnly.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            .ToList();
        Errors.AddRange(CircuitBreakerOptionTable.Table.Read(section, options, [.. otherKeys, .. clientOnly.Select(child => child.Key)]));
        Errors.AddRange(clientOnly.Select(child => $"{child.Path}: cannot be set for a {unit}; set it for the client"));

        // Omit errors in inherited values, because they have already been reported.
        ValueErrors.AddRange(CircuitBreakerOptionTable.Check(options)
            .Where(error => !CircuitBreakerOptionTable.Check(inherited).Contains(error)
                && (reported is null || !CircuitBreakerOptionTable.Check(reported).Contains(error)))
            .Select(error => $"{owner}: {error}"));
        return options;
    }
}
