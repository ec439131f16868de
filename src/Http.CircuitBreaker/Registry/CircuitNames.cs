using System.Collections.Concurrent;
using Http.CircuitBreaker.Configuration;

namespace Http.CircuitBreaker.Registry;

/// <summary>
/// Holds the names of one client's circuits, up to a limit. Untrusted callers may control paths and headers, so at the limit, new names are
/// refused rather than replacing existing ones. Names in the configuration do not count toward the limit.
/// </summary>
internal sealed class CircuitNames(CircuitNaming naming, Action onFull)
{
    private readonly ConcurrentDictionary<string, string> _names = new(StringComparer.OrdinalIgnoreCase);

    private readonly Lock _lock = new();
    private int _unlisted;
    private bool _hasBeenFull;

    public CircuitNaming Naming => naming;

    /// <summary>Returns the name for a request; null if the request has no valid name, or if the limit on names is reached.</summary>
    public string? Find(HttpRequestMessage request, Uri uri, ClientSettings settings) => GetOrAdd(naming.GetName(request, uri), settings);

    public string? GetOrAdd(ReadOnlySpan<char> name, ClientSettings settings)
    {
        if (_names.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var known))
        {
            return known;
        }

        if (!CircuitNaming.IsName(name))
        {
            return null;
        }

        // Check the limit before normalizing the name, so that refusing a name neither allocates memory nor takes the lock.
        var (isListed, limit) = (settings.HasName(name), settings.Options.MaxCircuitNames);
        if (isListed || Volatile.Read(ref _unlisted) < limit)
        {
            return Add(CircuitNaming.Normalize(name), isListed, limit);
        }

        // A limit of 0 means that only names in the configuration are allowed, so refusing other names is expected and not reported.
        if (limit > 0 && !Interlocked.Exchange(ref _hasBeenFull, true))
        {
            onFull();
        }

        return null;
    }

    private string? Add(string name, bool isListed, int limit)
    {
        lock (_lock)
        {
            if (!isListed && _unlisted >= limit)
            {
                return null;
            }

            _unlisted += _names.TryAdd(name, name) && !isListed ? 1 : 0;
            return name;
        }
    }
}
