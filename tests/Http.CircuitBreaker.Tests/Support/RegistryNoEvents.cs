using Http.CircuitBreaker.Registry;

namespace Http.CircuitBreaker.Tests.Support;

/// <summary>Nobody listens.</summary>
internal sealed class RegistryNoEvents : IRegistryEvents
{
    public void OnStateChange(CircuitStateChange change)
    {
    }

    public void OnUserFault(string what, string subject, Exception exception)
    {
    }

    public void OnReloadFailed(IReadOnlyCollection<string> clients, string error)
    {
    }

    public void OnScopeChangeIgnored(string client, CircuitScope present, CircuitScope configured)
    {
    }
}
