using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.Configuration;

/// <summary>Settings of the clients that were registered with the container.</summary>
/// <remarks>
/// The factory is asked, not IOptionsMonitor: after an invalid edit that throws until the next valid one, and it raises on the thread
/// of the file watcher.
/// </remarks>
internal sealed class RegisteredSettings(ClientRegistrations registrations, IOptionsFactory<CircuitBreakerOptions> factory) : IClientSettingsSource
{
    public bool Covers(string client) => registrations.Covers(client);

    public ClientSettings Load(string client) => new(factory.Create(client));
}
