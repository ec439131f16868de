using System.Net;
using Http.CircuitBreaker.Benchmarks.Support;

namespace Http.CircuitBreaker.Benchmarks.Outages.Host;

/// <summary>The host of a script. It also decides whether it would have served a rejected call.</summary>
internal sealed class SimulatedHost : HttpMessageHandler
{
    public static readonly HttpRequestOptionsKey<long> CallNumber = new("outages.call");

    private const int WorkerCount = 20;
    private static readonly TimeSpan _refusalDelay = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan _limitDelay = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan _slowDelay = TimeSpan.FromSeconds(3);

    private readonly OutageScript _script;
    private readonly VirtualTime _time;
    private readonly Workers _workers;
    private readonly WeakStart? _weakStart;
    private readonly Action<bool> _received;

    /// <param name="script">The fault periods of the host.</param>
    /// <param name="time">The time of the simulation.</param>
    /// <param name="received">Called for each arriving call; the argument is true if the host is faulty.</param>
    public SimulatedHost(OutageScript script, VirtualTime time, Action<bool> received)
    {
        (_script, _time, _received) = (script, time, received);
        _workers = new Workers(WorkerCount, time, ServiceTime, Finish);
        foreach (var period in script.FaultPeriods.Where(period => period.Mode == HostMode.Refusing))
        {
            time.At(period.From, _workers.Crash);
        }

        if (script.RecoversWeak)
        {
            _weakStart = new WeakStart(callsPerSecond: (int)(script.CallsPerSecond / 10));
            time.At(script.Recovery, () => _weakStart.RestartAt(script.Recovery));
        }
    }

    private TimeSpan Now => _time.Now;

    private FaultPeriod? CurrentPeriod => _script.FaultPeriods.FirstOrDefault(period => period.Contains(Now));

    private HostMode Mode => _weakStart?.IsDown(Now) == true ? HostMode.Refusing : CurrentPeriod?.Mode ?? HostMode.Healthy;

    /// <summary>The duration of a call on the healthy host without a queue.</summary>
    public static TimeSpan HealthyTime(long call) => TimeSpan.FromMilliseconds(30 + SeededRandom.Exponential(Draw.Service, call, mean: 20));

    /// <summary>Whether the host is down, or weak again, because too many calls were sent after its recovery.</summary>
    public bool IsDownFromOverload => _weakStart?.IsDownFromOverload(Now) == true;

    /// <summary>
    /// Whether the host would have served a rejected call well if the breaker had not overloaded it. A breaker that overloads the host
    /// after its recovery is therefore charged for the calls that it rejects while the host is down.
    /// </summary>
    public bool WouldHaveServed(long call)
    {
        if (CurrentPeriod is not (null or { Mode: HostMode.Failing }) || Fails(call))
        {
            return false;
        }

        return _weakStart is null || Now < _script.Recovery || Now >= _script.Recovery + WeakStart.WeakFor || _weakStart.CouldHaveAccepted(Now);
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Options.TryGetValue(CallNumber, out var call);
        var exchange = new Exchange(call, request, cancellationToken);
        if (_weakStart?.IsWeak(Now) == true && !_weakStart.TryAccept(Now))
        {
            _workers.Crash();
        }

        _received(Mode != HostMode.Healthy);
        Receive(exchange);
        return exchange.Response;
    }

    private void Receive(Exchange exchange)
    {
        switch (Mode)
        {
            case HostMode.Refusing:
                _time.After(_refusalDelay, exchange.Refuse);
                break;
            case HostMode.RateLimiting:
                var remaining = CurrentPeriod!.To - Now;
                _time.After(_limitDelay, () => exchange.Respond(HttpStatusCode.TooManyRequests, new StreamedContent(), remaining - _limitDelay));
                break;
            case HostMode.Hanging:
                break;
            default:
                _workers.Add(exchange);
                break;
        }
    }

    private TimeSpan ServiceTime(long call) => HealthyTime(call) + (Mode == HostMode.Slow ? _slowDelay : TimeSpan.Zero);

    private void Finish(Exchange exchange)
    {
        if (Fails(exchange.Call))
        {
            exchange.Respond(HttpStatusCode.ServiceUnavailable, new StreamedContent());
        }
        else
        {
            exchange.Respond(HttpStatusCode.OK, Mode == HostMode.BreakingBodies ? new BrokenBody(_time) : new StreamedContent());
        }
    }

    private bool Fails(long call) => SeededRandom.Uniform(Draw.Response, call) < (CurrentPeriod?.Errors ?? _script.Noise);
}
