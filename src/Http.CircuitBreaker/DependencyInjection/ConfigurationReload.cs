using Http.CircuitBreaker.Configuration;
using Http.CircuitBreaker.Registry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace Http.CircuitBreaker.DependencyInjection;

/// <summary>Reads the settings anew when a configuration that they come from has changed.</summary>
internal sealed class ConfigurationReload : IDisposable
{
    private readonly List<IDisposable> _subscriptions;

    public ConfigurationReload(CircuitRegistry registry, ClientRegistrations registrations, IConfiguration? configuration)
    {
        IEnumerable<IConfiguration?> sources =
            [configuration, registrations.Defaults?.Section, .. registrations.Named.Values.Select(client => client.Section)];
        _subscriptions = [.. sources.OfType<IConfiguration>().Distinct().Select(source => ChangeToken.OnChange(source.GetReloadToken, registry.Reload))];
    }

    public void Dispose() => _subscriptions.ForEach(subscription => subscription.Dispose());
}
