namespace Http.CircuitBreaker.Redis.Tests.Support;

/// <summary>Instances that share a server and call one host.</summary>
internal sealed class TestFleet : IAsyncDisposable
{
    private readonly List<Instance> _instances = [];

    private TestFleet(RedisServer server) => Server = server;

    public RedisServer Server { get; }

    public Host Host { get; } = new();

    public string Prefix { get; } = Guid.NewGuid().ToString("N");

    public Instance this[int index] => _instances[index];

    public IReadOnlyList<Instance> All => _instances;

    public static async Task<TestFleet> StartAsync(
        ServerKind kind, int count, Action<RedisCircuitOptions>? redis = null, Action<CircuitBreakerOptions>? circuits = null)
    {
        var fleet = new TestFleet(await RedisServer.StartAsync(kind));
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

        Server.Dispose();
        Host.Dispose();
    }
}
