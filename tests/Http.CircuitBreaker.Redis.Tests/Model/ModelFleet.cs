namespace Http.CircuitBreaker.Redis.Tests.Model;

/// <summary>A fleet in virtual time: instances, their server, the host that they all call, and a network that is as bad as the test says.</summary>
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
        Server = new TwinServer(() => World.Now + ServerSkew, quorum);
        Host = new ModelHost();
        for (var i = 0; i < count; i++)
        {
            Add();
        }
    }

    public static CircuitKey Key { get; } = CircuitKey.FromUri("c", new Uri(Url));

    // The server's clock is nobody else's.
    public static long ServerSkew => 1_000_000;

    public VirtualWorld World { get; } = new();

    public Random Random { get; }

    public TwinServer Server { get; }

    public ModelHost Host { get; }

    public Network Network { get; set; } = Network.Perfect;

    public IEnumerable<ModelInstance> Alive => _instances.Where(instance => instance.IsAlive);

    public ModelInstance this[int index] => _instances[index];

    public void Add() => _instances.Add(new ModelInstance(this, $"i{_instances.Count}", TimeSpan.FromSeconds(30 * _instances.Count), _isShared, _circuits));

    /// <summary>Every living instance calls about every so many milliseconds.</summary>
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
