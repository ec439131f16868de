namespace Http.CircuitBreaker.Configuration;

/// <summary>Settings for handlers that are made without a container: they bring their options themselves, and the client has no name.</summary>
internal sealed class StandaloneSettings(ClientSettings settings) : IClientSettingsSource
{
    public const string ClientName = "";

    public bool Covers(string client) => client == ClientName;

    public ClientSettings Load(string client) => settings;
}
