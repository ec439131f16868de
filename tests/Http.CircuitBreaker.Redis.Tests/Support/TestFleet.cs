namespace Http.CircuitBreaker.Redis.Tests.Support;

/// <summary>Instances that share a server and call one host.</summary>
internal sealed class TestFleet : IAsyncDisposable
{
    private readonly List<Instance> _instances = [];

    private readonly bool _isServerShared;

    private TestFleet(RedisServer server, bool isServerShared) => (Server, _isServerShared) = (server, isServerShared);

    public RedisServer Server { get; }

    public Host Host { get; } = new();

    public string Prefix { get; } = Guid.NewGuid().ToString("N");

    public Instance this[int index] => _instances[index];

    public IReadOnlyList<Instance> All => _instances;

    /// <summary>Starts instances. A test that stops or suspends the server must not share it with other tests.</summary>
    public static async Task<TestFleet> StartAsync(
        ServerKind kind,
        int count,
        Action<RedisCircuitOptions>? redis = null,
        Action<CircuitBreakerOptions>? circuits = null,
        bool sharesServer = true)
    {
        var server = sharesServer ? await RedisServer.ShareAsync(kind) : await RedisServer.StartAsync(kind);
        var fleet = new TestFleet(server, sharesServer);
        try
        {
            for (var i = 0; i < count; i++)
            {
                await fleet.AddAsync(redis, circuits);
            }

            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }

    public async Task<Instance> AddAsync(
        Action<RedisCircuitOptions>? redis = null,
        Action<CircuitBreakerOptions>? circuits = null,
        TimeProvider? time = null,
        string? address = null)
    {
        var instance = new Instance(address ?? Server.Address, Prefix, Host, redis, circuits, time);
        _instances.Add(instance);
        await instance.JoinedAsync();

        // Only circuits that exist are opened remotely. The call does not remain in the sampling window.
        await instance.CallAsync();
        if (instance.State == CircuitState.Closed)
        {
            instance.Registry.Reset(Instance.Key);
        }

        return instance;
    }

    public async Task AreAsync(CircuitState state)
    {
        foreach (var instance in _instances)
        {
            await instance.IsAsync(state);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var instance in _instances)
        {
            await instance.DisposeAsync();
        }

        if (!_isServerShared)
        {
            Server.Dispose();
        }

        Host.Dispose();
    }
}
