namespace Http.CircuitBreaker.Redis.Protocol;

/// <summary>A circuit's key as text: an instance that has not called the host yet must be able to make the circuit.</summary>
internal static class CircuitKeyText
{
    private const char Separator = '\n';

    public static string Of(CircuitKey key) => string.Join(Separator, key.Client, Kind(key), key switch
    {
        { Name: { } name } => name,
        { Host: null } => "",
        { Scheme: null, Host: { } host } => Bracketed(host),
        { Scheme: { } scheme, Host: { } host, Port: null } => $"{scheme}://{Bracketed(host)}",
        { Scheme: { } scheme, Host: { } host, Port: { } port } => $"{scheme}://{Bracketed(host)}:{port}",
    });

    /// <summary>The key; null if the text is none.</summary>
    public static CircuitKey? Parse(string? text)
    {
        if (text?.Split(Separator, 3) is not [var client, var kind, var subject])
        {
            return null;
        }

        return kind switch
        {
            "client" => CircuitKey.FromClient(client),
            "name" => CircuitKey.FromName(client, subject),
            "host" when subject.Length > 0 => Uri.TryCreate($"any://{subject}", UriKind.Absolute, out var uri) ? CircuitKey.FromUri(client, uri, CircuitScope.Host) : null,
            "origin" => Uri.TryCreate(subject, UriKind.Absolute, out var uri) ? CircuitKey.FromUri(client, uri) : null,
            _ => null,
        };
    }

    private static string Kind(CircuitKey key) => key switch
    {
        { Name: not null } => "name",
        { Host: null } => "client",
        { Scheme: null } => "host",
        _ => "origin",
    };

    private static string Bracketed(string host) => host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
}
