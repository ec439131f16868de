using Microsoft.Extensions.Logging.Testing;

namespace Http.CircuitBreaker.Redis.Tests.Model;

/// <summary>A fleet in virtual time: instances, a server, the host that all of them call, and the network between them.</summary>
internal sealed class ModelFleet : IDisposable
{
    public const string Url = "http://host/";

    private readonly List<ModelInstance> _instances = [];
    private readonly Action<CircuitBreakerOptions> _circuits;
    private readonly bool _isShared;

    public ModelFleet(int count, int seed, bool isShared = true, double quorum = 1.0 / 3, Action<CircuitBreakerOptions>? circuits = null)
    {
        (_isShared, _circuits) = (isShared, circuits ?? (_ => { }));
        Random = new Random(seed);
        Server = new ModelServer(() => World.Now + ServerSkew, quorum, Random);
        Host = new ModelHost();
        for (var i = 0; i < count; i++)
        {
            Add();
        }
    }

    public static CircuitKey Key { get; } = CircuitKey.FromUri("c", new Uri(Url));

    /// <summary>The server's clock differs from those of the instances.</summary>
    public static long ServerSkew => 1_000_000;

    public VirtualWorld World { get; } = new();

    public Random Random { get; }

    public ModelServer Server { get; }

    public ModelHost Host { get; }

    /// <summary>The last copy of the server's data.</summary>
    public ModelBackup? Backup { get; set; }

    /// <summary>The log of the instances.</summary>
    public FakeLogger Logger { get; } = new();

    public Network Network { get; set; } = Network.Perfect;

    public IEnumerable<ModelInstance> Alive => _instances.Where(instance => instance.IsAlive);

    public ModelInstance this[int index] => _instances[index];

    public void Add()
    {
        var clockSkew = TimeSpan.FromSeconds(30 * _instances.Count);
        _instances.Add(new ModelInstance(this, $"i{_instances.Count}", clockSkew, _isShared, _circuits));
    }

    /// <summary>Each live instance calls the host once in <paramref name="every"/> milliseconds.</summary>
    public void CallForAWhile(long duration, int every)
    {
        for (var i = 0; i < _instances.Count; i++)
        {
            var instance = _instances[i];
            for (var at = (long)Random.Next(every); at < duration; at += every)
            {
                World.After(at, () =>
                {
                    if (instance.IsAlive)
                    {
                        instance.Call();
                    }
                });
            }
        }

        World.RunUntil(World.Now + duration);
    }

    public void Dispose()
    {
        _instances.ForEach(instance => instance.Dispose());
        Host.Dispose();
    }
}
