using System.Net;
using Http.CircuitBreaker.Benchmarks.Support;

namespace Http.CircuitBreaker.Benchmarks.Outages.Host;

/// <summary>The host of a script: what it does with a call, and what it would have done with one that was not sent.</summary>
internal sealed class SimulatedHost : HttpMessageHandler
{
    public static readonly HttpRequestOptionsKey<long> CallNumber = new("outages.call");

    private const int WorkerCount = 20;
    private static readonly TimeSpan _refusesIn = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan _limitsIn = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan _slowness = TimeSpan.FromSeconds(3);

    private readonly OutageScript _script;
    private readonly VirtualTime _time;
    private readonly Workers _workers;
    private readonly WeakStart? _weakness;
    private readonly Action<bool> _received;

    /// <param name="script">What happens to it.</param>
    /// <param name="time">The time of the simulation.</param>
    /// <param name="received">Told of each call that arrives, and whether the host was out of order.</param>
    public SimulatedHost(OutageScript script, VirtualTime time, Action<bool> received)
    {
        (_script, _time, _received) = (script, time, received);
        _workers = new Workers(WorkerCount, time, ServiceTime, Finish);
        foreach (var spell in script.Spells.Where(spell => spell.Mode == HostMode.Refusing))
        {
            time.At(spell.From, _workers.Crash);
        }

        if (script.RecoversWeak)
        {
            _weakness = new WeakStart(callsPerSecond: (int)(script.CallsPerSecond / 10));
            time.At(script.Recovery, () => _weakness.RestartAt(script.Recovery));
        }
    }

    private TimeSpan Now => _time.Now;

    private Spell? Spell => _script.Spells.FirstOrDefault(spell => spell.Covers(Now));

    private HostMode Mode => _weakness?.IsDown(Now) == true ? HostMode.Refusing : Spell?.Mode ?? HostMode.Healthy;

    /// <summary>What a call takes on the healthy host with nobody before it.</summary>
    public static TimeSpan HealthyTime(long call) => TimeSpan.FromMilliseconds(30 + Luck.Exponential(LuckOf.Service, call, mean: 20));

    /// <summary>Whether the fleet has felled it after its recovery, and it is not yet well again.</summary>
    public bool IsInRelapse => _weakness?.IsInRelapse(Now) == true;

    /// <summary>
    /// Whether a call that was rejected would have been answered rightly and soon, had the fleet left the host alone: that it is down only
    /// because a breaker sent too much, too early, is no excuse for that breaker.
    /// </summary>
    public bool WouldHaveServed(long call)
    {
        if (Spell is not (null or { Mode: HostMode.Erring }) || Errs(call))
        {
            return false;
        }

        return _weakness is null || Now < _script.Recovery || Now >= _script.Recovery + WeakStart.WeakFor || _weakness.CouldHaveCarried(Now);
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Options.TryGetValue(CallNumber, out var call);
        var exchange = new Exchange(call, request, cancellationToken);
        if (_weakness?.IsWeak(Now) == true && !_weakness.TryCarry(Now))
        {
            _workers.Crash();
        }

        _received(Mode != HostMode.Healthy);
        Receive(exchange);
        return exchange.Answered;
    }

    private void Receive(Exchange exchange)
    {
        switch (Mode)
        {
            case HostMode.Refusing:
                _time.After(_refusesIn, exchange.Refuse);
                break;
            case HostMode.Limiting:
                var left = Spell!.To - Now;
                _time.After(_limitsIn, () => exchange.Answer(HttpStatusCode.TooManyRequests, new StreamedContent(), left - _limitsIn));
                break;
            case HostMode.Hanging:
                break;
            default:
                _workers.Take(exchange);
                break;
        }
    }

    private TimeSpan ServiceTime(long call) => HealthyTime(call) + (Mode == HostMode.Slow ? _slowness : TimeSpan.Zero);

    private void Finish(Exchange exchange)
    {
        if (Errs(exchange.Call))
        {
            exchange.Answer(HttpStatusCode.ServiceUnavailable, new StreamedContent());
        }
        else
        {
            exchange.Answer(HttpStatusCode.OK, Mode == HostMode.BreakingBodies ? new BrokenBody(_time) : new StreamedContent());
        }
    }

    private bool Errs(long call) => Luck.Of(LuckOf.Answer, call) < (Spell?.Errors ?? _script.Noise);
}
