namespace Http.CircuitBreaker.Redis.Protocol;

/// <summary>Converts circuit keys to text and back, so that another instance can create the same circuit.</summary>
/// <remarks>The lines of the text are the client, the scope, a URI that the circuit covers and, if the key has one, the name.</remarks>
internal static class CircuitKeyText
{
    private const char Separator = '\n';
    private const int MaxLength = 4096;

    public static string Format(CircuitKey key)
    {
        var scope = key.Scheme is not null ? CircuitScope.Origin : key.Host is not null ? CircuitScope.Host : CircuitScope.Client;

        // A key without a scheme covers all schemes, and a key without a host covers all hosts. A URI needs both parts, so use
        // placeholders.
        var uri = new UriBuilder(key.Scheme ?? "any", key.Host ?? "any", key.Port ?? -1);
        var text = string.Join(Separator, key.Client, scope, uri);
        return key.Name is { } name ? $"{text}{Separator}{name}" : text;
    }

    /// <summary>Parses a key. Returns null if the text is not a valid key.</summary>
    public static CircuitKey? Parse(string? text)
    {
        if (text is not { Length: <= MaxLength }
            || text.Split(Separator, 4) is not [var client, var scopeText, var uriText, .. var name]
            || !Enum.TryParse<CircuitScope>(scopeText, out var scope) || !Enum.IsDefined(scope)
            || !Uri.TryCreate(uriText, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            return null;
        }

        return name is not [var ownName] ? CircuitKey.FromUri(client, uri, scope)
            : scope == CircuitScope.Client ? CircuitKey.FromName(client, ownName)
            : CircuitKey.FromUri(client, uri, scope).WithName(ownName);
    }
}
