using Http.CircuitBreaker.Redis.Backplane;
using Http.CircuitBreaker.Redis.Protocol;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Redis.Tests.Model;

/// <summary>
/// One instance of the model: the real client, circuits and protocol; the way to the server is the model's, and so is the host, which
/// answers at once or never.
/// </summary>
internal sealed class ModelInstance : IBackplanePorts, IDisposable
{
    private const int CommandTimeout = 1000;
    private const int PollInterval = 1000;

    private readonly ModelFleet _fleet;
    private readonly string _name;
    private readonly ServiceProvider _services;
    private readonly HttpClient _client;
    private readonly BackplaneProtocol? _protocol;
    private bool _isWell;

    public ModelInstance(ModelFleet fleet, string name, TimeSpan skew, bool isShared, Action<CircuitBreakerOptions> circuits)
    {
        (_fleet, _name) = (fleet, name);
        var services = new ServiceCollection().AddSingleton<TimeProvider>(new VirtualTime(fleet.World, skew));
        services.AddHttpClient("c").ConfigurePrimaryHttpMessageHandler(() => fleet.Host).AddCircuitBreaker(circuits);
        if (isShared)
        {
            _protocol = new BackplaneProtocol(leasesProbes: true, this);
            services.AddSingleton<ICircuitObserver>(_protocol).AddSingleton<IProbeLeases>(_protocol);
            fleet.Server.Published += () => Travel(Poll);
            fleet.World.After(fleet.Random.Next(PollInterval), PollAtIntervals);
        }

        _services = services.BuildServiceProvider();
        _client = _services.GetRequiredService<IHttpClientFactory>().CreateClient("c");
    }

    public long Now => _fleet.World.Now;

    public bool IsConnected => _isWell;

    public ICircuitBackplaneReceiver Circuits => _services.GetRequiredService<ICircuitBackplaneReceiver>();

    public CircuitSnapshot? Circuit => Find(ModelFleet.Key);

    public bool IsAlive { get; private set; } = true;

    public ICircuitRegistry Registry => _services.GetRequiredService<ICircuitRegistry>();

    public CircuitSnapshot? Find(CircuitKey key) => Registry.Find(key);

    public bool TrySend(Func<BackplaneCommand?> command)
    {
        _fleet.World.After(0, () =>
        {
            if (IsAlive && command() is { } made)
            {
                Send(made);
            }
        });
        return true;
    }

    /// <summary>A call. The status; null if it hangs.</summary>
    public int? Call()
    {
        var call = _client.GetAsync(new Uri(ModelFleet.Url));
        return call.IsCompleted ? (int)call.GetAwaiter().GetResult().StatusCode : null;
    }

    /// <summary>Nothing that it was about to do is done any more.</summary>
    public void Crash() => IsAlive = false;

    public void Dispose() => _services.Dispose();

    private void PollAtIntervals()
    {
        if (IsAlive)
        {
            _fleet.World.After(PollInterval, PollAtIntervals);
            Poll();
        }
    }

    private void Poll() =>
        Ask(() => _fleet.Server.Poll(_name, 3 * PollInterval, _protocol!.Version), reply => _protocol!.OnPoll(reply), () => { });

    private void Send(BackplaneCommand command) =>
        Ask(() => _fleet.Server.Execute(command, _name), reply => _protocol!.OnReply(command, reply), () => _protocol!.OnFailure(command));

    // The request and the reply may be late or lost, each. Who hears nothing in time says so; what comes later is not heard.
    private void Ask<T>(Func<T> execute, Action<T> onReply, Action onFailure)
    {
        var isOver = false;
        Travel(() =>
        {
            var reply = execute();
            Travel(() =>
            {
                if (!isOver && IsAlive)
                {
                    (isOver, _isWell) = (true, true);
                    onReply(reply);
                }
            });
        });
        _fleet.World.After(CommandTimeout, () =>
        {
            if (!isOver && IsAlive)
            {
                (isOver, _isWell) = (true, false);
                onFailure();
            }
        });
    }

    private void Travel(Action arrive)
    {
        var network = _fleet.Network;
        for (var copies = _fleet.Random.NextDouble() < network.Duplicates ? 2 : 1; copies > 0; copies--)
        {
            if (_fleet.Random.NextDouble() >= network.Loss)
            {
                _fleet.World.After(_fleet.Random.Next(network.MaxDelay + 1), () =>
                {
                    if (IsAlive)
                    {
                        arrive();
                    }
                });
            }
        }
    }
}
