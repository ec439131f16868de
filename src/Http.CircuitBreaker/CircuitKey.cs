using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Http.CircuitBreaker.Printing;

namespace Http.CircuitBreaker;

/// <summary>
/// Identifies a circuit by its client and by the calls that the circuit covers: the calls to an origin, the calls to a host, or all calls
/// of the client. A name can limit the circuit to some of these calls. A key never contains user info or a query, and contains a path only
/// if the path is the circuit's name.
/// </summary>
/// <remarks>Host names are in lowercase, without a trailing dot. International names are in their ASCII form (Punycode).</remarks>
public readonly record struct CircuitKey
{
    private const int NoPort = -1;

    private readonly string? _client;
    private readonly string? _scheme;
    private readonly string? _host;
    private readonly string? _name;
    private readonly int _port;

    private CircuitKey(string client, string? scheme = null, string? host = null, int port = NoPort, string? name = null) =>
        (_client, _scheme, _host, _port, _name) = (client, scheme, host, port, name);

    /// <summary>
    /// The name of the client, or the name of its circuit breaker if they differ; empty for a handler created without a service container.
    /// </summary>
    public string Client => _client ?? "";

    /// <summary>The scheme in lowercase; null unless the circuit covers an origin.</summary>
    public string? Scheme => _scheme;

    /// <summary>The host name in lowercase, or an IP address without brackets; null unless the circuit covers an origin or host.</summary>
    public string? Host => _host;

    /// <summary>The port; null if the scheme has no default port or the circuit is not for a single origin.</summary>
    public int? Port => _port >= 0 && _scheme is not null ? _port : null;

    /// <summary>
    /// The name shared by the calls that the circuit covers; null if the circuit covers calls without a name. The name comes from
    /// <see cref="CircuitBreakerOptions.PathSegments"/>, <see cref="CircuitBreakerOptions.CircuitNameHeader"/> or
    /// <see cref="CircuitBreakerOptions.CircuitName"/>.
    /// </summary>
    public string? Name => _name;

    /// <summary>A short, URL-safe identifier that is the same in every process.</summary>
    public string Id
    {
        get
        {
            // Use the invariant culture, because NoPort is -1 and some cultures use a different minus sign.
            var port = _port.ToString(CultureInfo.InvariantCulture);
            var text = _name is null ? string.Join('\n', _client, _scheme, _host, port)
                : _host is null ? string.Join('\n', _client, null, _name, "-2")
                : string.Join('\n', _client, _scheme, _host, port, _name);
            return Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 12));
        }
    }

    /// <summary>Creates the key of the circuit that handles calls to <paramref name="uri"/>.</summary>
    /// <param name="client">The client name.</param>
    /// <param name="uri">An absolute URI. User info, path and query are ignored.</param>
    /// <param name="scope">The client's scope.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="uri"/> is relative, or is a gRPC address such as <c>dns:///payments</c>. The gRPC channel resolves such an address
    /// to endpoints, and only the endpoints have circuits.
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

        // A gRPC address with the scheme dns or static has an empty host. The gRPC channel resolves such an address, so a handler never
        // receives one.
        if (uri is { Scheme: "dns" or "static", Host: "" })
        {
            throw new ArgumentException(
                $"The address '{uri}' is resolved by a gRPC channel, which has a circuit for each resolved endpoint; "
                + "use the URI of an endpoint, for example http://10.0.0.1:5000, or a key from ICircuitRegistry.GetSnapshots().",
                nameof(uri));
        }

        return scope switch
        {
            CircuitScope.Client => FromClient(client),
            CircuitScope.Host => new CircuitKey(client, host: HostOf(uri)),
            _ => new CircuitKey(client, uri.Scheme, HostOf(uri), uri.Port),
        };
    }

    /// <summary>Creates the key for a circuit that covers the whole client.</summary>
    /// <param name="client">The client name.</param>
    /// <exception cref="ArgumentNullException"><paramref name="client"/> is null.</exception>
    public static CircuitKey FromClient(string client)
    {
        ArgumentNullException.ThrowIfNull(client);
        return new CircuitKey(client);
    }

    /// <summary>Creates the key for a circuit that is named by <see cref="CircuitBreakerOptions.CircuitName"/>.</summary>
    /// <param name="client">The client name.</param>
    /// <param name="name">The circuit name.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static CircuitKey FromName(string client, string name)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(name);
        return new CircuitKey(client, name: name);
    }

    /// <summary>
    /// Returns a copy of this key with a circuit name. The copy identifies the circuit for calls that get this name from
    /// <see cref="CircuitBreakerOptions.PathSegments"/> or <see cref="CircuitBreakerOptions.CircuitNameHeader"/>.
    /// </summary>
    /// <param name="name">The name, for example <c>v1/chat</c>. It is converted to lowercase.</param>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    public CircuitKey WithName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new CircuitKey(Client, _scheme, _host, _host is null ? NoPort : _port, name.ToLowerInvariant());
    }

    /// <summary>
    /// Formats the key for logs and messages, for example <c>PaymentClient https://api.example.com:443 v1/chat</c>. Control characters,
    /// line separators and bidirectional marks in names are escaped, for example as <c>\u000A</c>.
    /// </summary>
    public override string ToString()
    {
        var place = this switch
        {
            { Host: null } => null,
            { Scheme: { } scheme, Host: { } host, Port: { } port } => $"{scheme}://{Bracketed(host)}:{port}",
            { Scheme: { } scheme, Host: { } host } => $"{scheme}://{Bracketed(host)}",
            { Host: { } host } => Bracketed(host),
        };
        return PrintableText.Escape(string.Join(' ', ((string?[])[Client, place, Name]).Where(part => part is not null))).Trim();
    }

    /// <summary>Returns the key without the parts that the scope does not use, such as the scheme and port for the Host scope.</summary>
    internal CircuitKey Widen(CircuitScope scope) => scope switch
    {
        CircuitScope.Client => new CircuitKey(Client, name: _name),
        CircuitScope.Host when _scheme is not null => new CircuitKey(Client, host: _host, name: _name),
        _ => this,
    };

    private static string HostOf(Uri uri) => uri.IdnHost.ToLowerInvariant().TrimEnd('.');

    private static string Bracketed(string host) => host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
}
