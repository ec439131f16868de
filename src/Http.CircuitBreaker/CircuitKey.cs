using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Http.CircuitBreaker.Printing;

namespace Http.CircuitBreaker;

/// <summary>
/// Identifies a circuit by its client and by what it covers: an origin, a host, a custom name or the whole client. A key never contains
/// user info, a path or a query.
/// </summary>
/// <remarks>Host names are in lowercase, without a trailing dot. International names are in their ASCII form (Punycode).</remarks>
public readonly record struct CircuitKey
{
    private const int NoPort = -1;
    private const int IsName = -2;

    private readonly string? _client;
    private readonly string? _scheme;
    private readonly string? _subject;
    private readonly int _port;

    private CircuitKey(string client, string? scheme, string? subject, int port) =>
        (_client, _scheme, _subject, _port) = (client, scheme, subject, port);

    /// <summary>The client's name in <c>IHttpClientFactory</c>; empty for a handler created without a service container.</summary>
    public string Client => _client ?? "";

    /// <summary>The scheme in lowercase; null unless the circuit covers an origin.</summary>
    public string? Scheme => _scheme;

    /// <summary>The host name in lowercase, or an IP address without brackets; null unless the circuit covers an origin or host.</summary>
    public string? Host => _port == IsName ? null : _subject;

    /// <summary>The port; null if the scheme has no port or the circuit does not cover an origin.</summary>
    public int? Port => _port >= 0 && _scheme is not null ? _port : null;

    /// <summary>The name returned by <see cref="CircuitBreakerOptions.CircuitName"/>; null if the circuit has no name.</summary>
    public string? Name => _port == IsName ? _subject : null;

    /// <summary>A short, URL-safe identifier that is the same in every process.</summary>
    public string Id
    {
        get
        {
            // NoPort and IsName are negative, and cultures differ in how they write the minus sign.
            var text = string.Join('\n', _client, _scheme, _subject, _port.ToString(CultureInfo.InvariantCulture));
            return Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 12));
        }
    }

    /// <summary>Creates the key of the circuit that handles calls to <paramref name="uri"/>.</summary>
    /// <param name="client">The client name.</param>
    /// <param name="uri">An absolute URI. User info, path and query are ignored.</param>
    /// <param name="scope">The client's scope.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="uri"/> is relative, or is a gRPC address such as <c>dns:///payments</c>, from which the channel gets the endpoints.
    /// </exception>
    public static CircuitKey FromUri(string client, Uri uri, CircuitScope scope = CircuitScope.Origin)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(uri);
        if (!uri.IsAbsoluteUri)
        {
            throw new ArgumentException(
                $"The URI '{uri}' is relative; a circuit needs an absolute URI, for example https://example.com.", nameof(uri));
        }

        // A static or dns address has an empty host. A handler never sees it.
        if (uri is { Scheme: "dns" or "static", Host: "" })
        {
            throw new ArgumentException(
                $"The address '{uri}' is resolved by a gRPC channel, which has a circuit for each resolved endpoint; "
                + "use the URI of an endpoint, for example http://10.0.0.1:5000, or a key of ICircuitRegistry.GetSnapshots().",
                nameof(uri));
        }

        return scope switch
        {
            CircuitScope.Client => FromClient(client),
            CircuitScope.Host => new CircuitKey(client, null, HostOf(uri), NoPort),
            _ => new CircuitKey(client, uri.Scheme, HostOf(uri), uri.Port),
        };
    }

    /// <summary>Creates the key for a circuit that covers the whole client.</summary>
    /// <param name="client">The client name.</param>
    /// <exception cref="ArgumentNullException"><paramref name="client"/> is null.</exception>
    public static CircuitKey FromClient(string client)
    {
        ArgumentNullException.ThrowIfNull(client);
        return new CircuitKey(client, null, null, NoPort);
    }

    /// <summary>Creates the key for a circuit that is named by <see cref="CircuitBreakerOptions.CircuitName"/>.</summary>
    /// <param name="client">The client name.</param>
    /// <param name="name">The circuit name.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static CircuitKey FromName(string client, string name)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(name);
        return new CircuitKey(client, null, name, IsName);
    }

    /// <summary>
    /// Formats the key for logs and messages, for example <c>PaymentClient https://api.example.com:443</c>. Control characters, line
    /// separators and bidirectional marks in names are escaped, for example as <c>\u000A</c>.
    /// </summary>
    public override string ToString()
    {
        var subject = this switch
        {
            { Name: { } name } => name,
            { Host: null } => "",
            { Scheme: { } scheme, Host: { } host, Port: { } port } => $"{scheme}://{Bracketed(host)}:{port}",
            { Scheme: { } scheme, Host: { } host } => $"{scheme}://{Bracketed(host)}",
            { Host: { } host } => Bracketed(host),
        };
        return PrintableText.Escape($"{Client} {subject}").Trim();
    }

    /// <summary>Returns the key of the circuit that covers the calls of this key if the client has the given scope.</summary>
    internal CircuitKey Widen(CircuitScope scope) => scope switch
    {
        _ when Name is not null => this,
        CircuitScope.Client => FromClient(Client),
        CircuitScope.Host when _scheme is not null => new CircuitKey(Client, null, _subject, NoPort),
        _ => this,
    };

    private static string HostOf(Uri uri) => uri.IdnHost.ToLowerInvariant().TrimEnd('.');

    private static string Bracketed(string host) => host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
}
