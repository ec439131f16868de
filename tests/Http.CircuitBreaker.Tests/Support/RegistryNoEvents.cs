using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Configuration;
using Http.CircuitBreaker.Registry;

namespace Http.CircuitBreaker.Tests.Support;

/// <summary>Ignores all events.</summary>
internal sealed class RegistryNoEvents : IRegistryEvents
{
    public void OnStateChange(CircuitStateChange change, CircuitSettings settings)
    {
    }

    public void OnUserCodeFailed(string what, string subject, Exception exception)
    {
    }

    public void OnReloadFailed(IReadOnlyCollection<string> clients, string error)
    {
    }

    public void OnScopeChangeIgnored(string client, string present, string configured)
    {
    }

    public void OnNamesRefused(string client, int limit)
    {
    }

    public void OnSettingsLoaded(string client, ClientSettings settings)
    {
    }

    public void OnSettingsChanged(string client, string changes)
    {
    }

    public void OnChangesDropped(string listener)
    {
    }
}
