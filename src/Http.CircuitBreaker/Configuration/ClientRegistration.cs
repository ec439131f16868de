using Microsoft.Extensions.Configuration;

namespace Http.CircuitBreaker.Configuration;

/// <summary>What was said in code about one client, or about all of them.</summary>
internal sealed class ClientRegistration
{
    public List<Action<CircuitBreakerOptions>> Delegates { get; } = [];

    /// <summary>Read instead of the container's root section; null = not given.</summary>
    public IConfigurationSection? Section { get; set; }

    /// <summary>Whether the handler chain knows of it: the first registration decides the place.</summary>
    public bool IsInChain { get; set; }
}
