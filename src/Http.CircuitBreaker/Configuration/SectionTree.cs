using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace Http.CircuitBreaker.Configuration;

/// <summary>A copy of a configuration section and of everything below it.</summary>
/// <remarks>
/// Each call to <see cref="IConfiguration.GetChildren"/> scans all keys of all providers, so reading many sections takes quadratic time.
/// The copy scans the keys only once.
/// </remarks>
internal sealed class SectionTree(string path, string key) : IConfigurationSection
{
    private Dictionary<string, SectionTree>? _children;
    private SectionTree[]? _ordered;

    public string Key => key;

    public string Path => path;

    public string? Value { get; set; }

    public string? this[string child]
    {
        get => GetSection(child).Value;
        set => GetSection(child).Value = value;
    }

    /// <summary>
    /// Copies a section. Returns null if the configuration does not contain the section, or if the keys of a provider cannot be listed.
    /// </summary>
    public static SectionTree? TryCopy(IConfigurationSection section, IConfiguration? configuration)
    {
        var keys = new List<ICollection<string>>();
        if (configuration is not IConfigurationRoot root || !IsIn(section, root) || !TryAddKeys(root, keys))
        {
            return null;
        }

        var tree = new SectionTree(section.Path, section.Key) { Value = section.Value };
        tree.Add(keys.SelectMany(all => all), root);
        return tree;
    }

    /// <summary>Returns the names of the top-level sections.</summary>
    /// <remarks>This avoids <see cref="IConfiguration.GetChildren"/> where possible, because that method is slow for many keys.</remarks>
    public static IEnumerable<string> GetRootNames(IConfiguration configuration)
    {
        var keys = new List<ICollection<string>>();
        return configuration is IConfigurationRoot root && TryAddKeys(root, keys)
            ? keys.SelectMany(all => all).Select(found => found.Split(ConfigurationPath.KeyDelimiter, 2)[0]).Distinct()
            : configuration.GetChildren().Select(child => child.Key);
    }

    public IConfigurationSection GetSection(string child)
    {
        var parts = child.Split(ConfigurationPath.KeyDelimiter);
        return parts.Aggregate((SectionTree?)this, (section, part) => section?._children?.GetValueOrDefault(part))
            ?? new SectionTree(ConfigurationPath.Combine(path, child), parts[^1]);
    }

    public IEnumerable<IConfigurationSection> GetChildren() => _ordered ??= Order(_children?.Values);

    public IChangeToken GetReloadToken() => new CancellationChangeToken(CancellationToken.None);

    // Whether the section belongs to this configuration. If it does, both return the same reload token.
    private static bool IsIn(IConfigurationSection section, IConfigurationRoot root) =>
        ReferenceEquals(section.GetReloadToken(), root.GetReloadToken());

    // Sort only list items. The order of other children does not matter, and the comparer is slow.
    private static SectionTree[] Order(ICollection<SectionTree>? sections) => sections is null
        ? []
        : sections.All(section => section.Key.All(char.IsAsciiDigit))
            ? [.. sections.OrderBy(section => section.Key, ConfigurationKeyComparer.Instance)]
            : [.. sections];

    // Providers may use different casing for the same key. IConfiguration uses the casing of the last provider, but the copy keeps the
    // first one that it reads, so the last provider is read first.
    private static bool TryAddKeys(IConfigurationRoot root, List<ICollection<string>> keys) =>
        root.Providers.Reverse().All(provider => TryAddKeys(provider, keys));

    // Returns false for a provider that overrides GetChildKeys, because it may have keys that are not in its Data dictionary.
    private static bool TryAddKeys(IConfigurationProvider provider, List<ICollection<string>> keys)
    {
        switch (provider)
        {
            case ChainedConfigurationProvider { Configuration: IConfigurationRoot inner }:
                return TryAddKeys(inner, keys);
            case ConfigurationProvider own when ((Delegate)own.GetChildKeys).Method.DeclaringType == typeof(ConfigurationProvider):
                keys.Add(GetData(own).Keys);
                return true;
            default:
                return false;
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Data")]
    private static extern IDictionary<string, string?> GetData(ConfigurationProvider provider);

    private void Add(IEnumerable<string> keys, IConfiguration values)
    {
        var prefix = path + ConfigurationPath.KeyDelimiter;
        foreach (var found in keys.Where(found => found.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
        {
            var node = this;
            foreach (var part in found[prefix.Length..].Split(ConfigurationPath.KeyDelimiter))
            {
                node = node.FindOrAdd(part);
            }

            node.Value = values[found];
        }
    }

    private SectionTree FindOrAdd(string child)
    {
        _children ??= new(StringComparer.OrdinalIgnoreCase);
        ref var node = ref CollectionsMarshal.GetValueRefOrAddDefault(_children, child, out _);
        return node ??= new SectionTree(ConfigurationPath.Combine(path, child), child);
    }
}
