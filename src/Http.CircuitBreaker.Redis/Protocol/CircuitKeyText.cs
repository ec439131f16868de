namespace Http.CircuitBreaker.Redis.Protocol;

/// <summary>Converts circuit keys to text and back, so that another instance can create the same circuit.</summary>
internal static class CircuitKeyText
{
    private const char Separator = '\n';
    private const int MaxLength = 4096;

    public static string Format(CircuitKey key)
    {
        var (kind, subject) = key switch
        {
            { Name: { } name } => ("name", name),
            { Host: null } => ("client", ""),
            { Scheme: null, Host: { } host } => ("host", Bracket(host)),
            { Scheme: { } scheme, Host: { } host, Port: null } => ("origin", $"{scheme}://{Bracket(host)}"),
            { Scheme: { } scheme, Host: { } host, Port: { } port } => ("origin", $"{scheme}://{Bracket(host)}:{port}"),
        };
        return string.Join(Separator, key.Client, kind, subject);
    }

    /// <summary>Parses a key. Returns null if the text is not a valid key.</summary>
    public static CircuitKey? Parse(string? text)
    {
        if (text is not { Length: <= MaxLength } || text.Split(Separator, 3) is not [var client, var kind, var subject])
        {
            return null;
        }

        return kind switch
        {
            "client" => CircuitKey.FromClient(client),
            "name" => CircuitKey.FromName(client, subject),
            "host" when Uri.TryCreate($"any://{subject}", UriKind.Absolute, out var uri) && subject.Length > 0 =>
                CircuitKey.FromUri(client, uri, CircuitScope.Host),
            "origin" when Uri.TryCreate(subject, UriKind.Absolute, out var uri) && uri.Host.Length > 0 => CircuitKey.FromUri(client, uri),
            _ => null,
        };
    }

    private static string Bracket(string host) => host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
}
