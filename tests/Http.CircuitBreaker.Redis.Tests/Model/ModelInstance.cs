using System.Diagnostics.Metrics;
using Http.CircuitBreaker.Redis.Backplane;
using Http.CircuitBreaker.Redis.Protocol;
using Http.CircuitBreaker.Redis.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Redis.Tests.Model;

/// <summary>One instance of the model: a real client, real circuits and the real protocol; network, server and host are models.</summary>
internal sealed class ModelInstance : IBackplaneContext, IDisposable
{
    public const int PollInterval = 1000;

    private const int CommandTimeout = 1000;

    private readonly ModelFleet _fleet;
    private readonly string _name;
    private readonly ServiceProvider _services;
    private readonly HttpClient _client;
    private readonly BackplaneProtocol? _protocol;

    public ModelInstance(ModelFleet fleet, string name, TimeSpan skew, bool isShared, Action<CircuitBreakerOptions> circuits)
    {
        (_fleet, _name) = (fleet, name);
        var services = new ServiceCollection().AddSingleton<TimeProvider>(new VirtualTime(fleet.World, skew));
        services.AddHttpClient("c")
            .ConfigurePrimaryHttpMessageHandler(() => new HostConnection(this, fleet.Host))
            .AddCircuitBreaker(circuits);
        if (isShared)
        {
            _protocol = new BackplaneProtocol(leasesProbes: true, this);
            services.AddSingleton<ICircuitObserver>(_protocol).AddSingleton<IProbeLeases>(_protocol);
            fleet.Server.Published += () => Deliver(Poll);
            fleet.World.After(fleet.Random.Next(PollInterval), PollAtIntervals);
        }

        _services = services.BuildServiceProvider();
        Telemetry = new BackplaneTelemetry(fleet.Logger, _services.GetRequiredService<IMeterFactory>(), prefix: "");
        _client = _services.GetRequiredService<IHttpClientFactory>().CreateClient("c");
    }

    public long Now => _fleet.World.Now;

    public ICircuitBackplaneReceiver Receiver => _services.GetRequiredService<ICircuitBackplaneReceiver>();

    public CircuitSnapshot? Circuit => Find(ModelFleet.Key);

    public bool IsAlive { get; private set; } = true;

    /// <summary>True if this instance alone cannot reach the host.</summary>
    public bool IsCutOff { get; set; }

    public BackplaneTelemetry Telemetry { get; }

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

    /// <summary>Calls the host and returns the status; null if the call hangs or fails.</summary>
    public int? Call()
    {
        var call = _client.GetAsync(new Uri(ModelFleet.Url));
        _ = call.Exception;
        return call.IsCompletedSuccessfully ? (int)call.Result.StatusCode : null;
    }

    /// <summary>The instance stops calling, polling and handling replies.</summary>
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
        Request(() => _fleet.Server.Poll(_name, 3 * PollInterval, _protocol!.Version), reply => _protocol!.OnPoll(reply), () => { });

    private void Send(BackplaneCommand command) =>
        Request(
            () => _fleet.Server.Execute(command, _name, _protocol!.Version),
            reply => _protocol!.OnCompleted(command, reply),
            () => _protocol!.OnCompleted(command, null));

    // Request and reply may be late or lost. After the timeout the command has failed, and a later reply is ignored.
    private void Request<T>(Func<T> execute, Action<T> onReply, Action onFailure)
    {
        var isOver = false;
        Deliver(() =>
        {
            var reply = execute();
            Deliver(() =>
            {
                if (!isOver && IsAlive)
                {
                    isOver = true;
                    Telemetry.OnCompleted("poll", exception: null);
                    onReply(reply);
                }
            });
        });
        _fleet.World.After(CommandTimeout, () =>
        {
            if (!isOver && IsAlive)
            {
                isOver = true;
                Telemetry.OnCompleted("poll", new TimeoutException());
                onFailure();
            }
        });
    }

    private void Deliver(Action arrive)
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

    private sealed class HostConnection(ModelInstance instance, HttpMessageHandler host) : DelegatingHandler(host)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            instance.IsCutOff
                ? Task.FromException<HttpResponseMessage>(new HttpRequestException(HttpRequestError.ConnectionError))
                : base.SendAsync(request, cancellationToken);
    }
}
