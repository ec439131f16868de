using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace Http.CircuitBreaker.Configuration;

/// <summary>A copy of a configuration section and of everything below it.</summary>
/// <remarks>
/// Each call to <see cref="IConfiguration.GetChildren"/> scans all keys of all providers, so reading many sections takes quadratic time.
/// The copy reads the keys of the providers only once, if the providers allow it.
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

    /// <param name="section">The section to copy.</param>
    /// <param name="configuration">The application's configuration, which may contain the section.</param>
    public static SectionTree Copy(IConfigurationSection section, IConfiguration? configuration)
    {
        var tree = new SectionTree(section.Path, section.Key) { Value = section.Value };
        var keys = new List<ICollection<string>>();

        // A section has the same reload token as its configuration.
        if (configuration is IConfigurationRoot root
            && ReferenceEquals(section.GetReloadToken(), root.GetReloadToken())
            && TryAddKeys(root, keys))
        {
            tree.Add(keys.SelectMany(all => all), root);
        }
        else
        {
            tree.Add(section);
        }

        return tree;
    }

    public IConfigurationSection GetSection(string child) =>
        _children?.GetValueOrDefault(child) ?? new SectionTree(ConfigurationPath.Combine(path, child), child);

    /// <summary>The child sections, in the order of <see cref="IConfiguration.GetChildren"/>.</summary>
    public IEnumerable<IConfigurationSection> GetChildren() =>
        _ordered ??= [.. (_children?.Values.AsEnumerable() ?? []).OrderBy(child => child.Key, ConfigurationKeyComparer.Instance)];

    public IChangeToken GetReloadToken() => new CancellationChangeToken(CancellationToken.None);

    // As in a configuration, the last provider decides on the case of a key.
    private static bool TryAddKeys(IConfigurationRoot root, List<ICollection<string>> keys) =>
        root.Providers.Reverse().All(provider => TryAddKeys(provider, keys));

    // A provider that overrides GetChildKeys may have other keys than those of its data.
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

    private void Add(IConfigurationSection section)
    {
        foreach (var child in section.GetChildren())
        {
            var node = FindOrAdd(child.Key);
            node.Value = child.Value;
            node.Add(child);
        }
    }

    private SectionTree FindOrAdd(string child)
    {
        _children ??= new(StringComparer.OrdinalIgnoreCase);
        ref var node = ref CollectionsMarshal.GetValueRefOrAddDefault(_children, child, out _);
        return node ??= new SectionTree(ConfigurationPath.Combine(path, child), child);
    }
}
