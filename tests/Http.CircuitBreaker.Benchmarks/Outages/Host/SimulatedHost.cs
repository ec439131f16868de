using System.Net;
using Http.CircuitBreaker.Benchmarks.Outages.Scripts;
using Http.CircuitBreaker.Benchmarks.Outages.Traffic;
using Http.CircuitBreaker.Benchmarks.Support;

namespace Http.CircuitBreaker.Benchmarks.Outages.Host;

/// <summary>The host of a script.</summary>
internal sealed class SimulatedHost : HttpMessageHandler
{
    public static readonly HttpRequestOptionsKey<CallPlan> Call = new("outages.call");

    /// <summary>By how much a call is slower on an overloaded host.</summary>
    public const double OverloadFactor = 2.5;

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
    /// <param name="received">Called for each arriving attempt; the argument is true if the host is faulty.</param>
    public SimulatedHost(OutageScript script, VirtualTime time, Action<bool> received)
    {
        (_script, _time, _received) = (script, time, received);
        _workers = new Workers(script.HostWorkers, script.FinishesAbandonedCalls, time, ServiceTime, Finish);
        foreach (var period in script.FaultPeriods.Where(period => period.Mode == HostMode.Refusing))
        {
            time.At(period.From, () => _workers.Crash(exchange => IsAffected(period, exchange)));
        }

        if (script.RecoversWeak)
        {
            _weakStart = new WeakStart(script.WeakCallsPerSecond);
            time.At(script.Recovery, () => _weakStart.RestartAt(script.Recovery));
        }
    }

    private TimeSpan Now => _time.Now;

    private FaultPeriod? CurrentPeriod => _script.FaultPeriods.FirstOrDefault(period => period.Contains(Now));

    /// <summary>
    /// Whether the host of the script can serve the call now, on one of its replicas. The load does not matter.
    /// </summary>
    public bool IsGood(CallPlan call) => CurrentPeriod switch
    {
        null => SeededRandom.Uniform(Draw.Response, call.Number) >= _script.Noise,
        { Mode: HostMode.Overloaded } or { Scope: FaultScope.FirstReplica } => true,
        var period => !period.Affects(call.Number, call.Number, Replicas.Pick(call.Number)),
    };

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Options.TryGetValue(Call, out var call);
        int? replica = request.Options.TryGetValue(Replicas.Chosen, out var chosen) ? chosen : null;
        var exchange = new Exchange(call!, replica, request, cancellationToken);
        if (_weakStart?.IsWeak(Now) == true && !_weakStart.TryAccept(Now))
        {
            _workers.Crash(_ => true);
        }

        _received(CurrentPeriod is not null || _weakStart?.IsDown(Now) == true);
        if (call!.Upload is not null)
        {
            _ = ReceiveAfterUploadAsync(exchange, cancellationToken);
        }
        else
        {
            Receive(exchange);
        }

        return exchange.Response;
    }

    private static bool IsAffected(FaultPeriod period, Exchange exchange) =>
        period.Affects(exchange.Call.Number, exchange.Attempt, exchange.Replica);

    private HostMode ModeFor(Exchange exchange) =>
        _weakStart?.IsDown(Now) == true ? HostMode.Refusing
        : CurrentPeriod is { } period && IsAffected(period, exchange) ? period.Mode
        : HostMode.Healthy;

    private async Task ReceiveAfterUploadAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        try
        {
            await exchange.Request.Content!.CopyToAsync(new PacedStream(_time, exchange.Call.Upload!), cancellationToken);
            Receive(exchange);
        }
        catch (OperationCanceledException)
        {
            // The exchange has been canceled by the same token.
        }
    }

    private void Receive(Exchange exchange)
    {
        switch (ModeFor(exchange))
        {
            case HostMode.Refusing:
                _time.After(_refusalDelay, exchange.Refuse);
                break;
            case HostMode.RateLimiting:
                var remaining = CurrentPeriod!.To - Now - _limitDelay;
                _time.After(_limitDelay, () => exchange.Respond(HttpStatusCode.TooManyRequests, new StreamedContent(), remaining));
                break;
            case HostMode.Hanging:
                break;
            default:
                Process(exchange);
                break;
        }
    }

    private void Process(Exchange exchange)
    {
        if (!exchange.Call.IsAnswered)
        {
            return;
        }

        if (exchange.Call.NeedsWorker)
        {
            _workers.Add(exchange);
        }
        else
        {
            _time.After(ServiceTime(exchange), () => Finish(exchange));
        }
    }

    private TimeSpan ServiceTime(Exchange exchange) => ModeFor(exchange) switch
    {
        HostMode.Slow => exchange.Call.ServiceTime + _slowDelay,
        HostMode.Overloaded => exchange.Call.ServiceTime * OverloadFactor,
        HostMode.Paused => exchange.Call.ServiceTime + CurrentPeriod!.To - Now,
        _ => exchange.Call.ServiceTime,
    };

    private void Finish(Exchange exchange)
    {
        var mode = ModeFor(exchange);
        if (mode == HostMode.Failing || (CurrentPeriod is null && SeededRandom.Uniform(Draw.Response, exchange.Attempt) < _script.Noise))
        {
            exchange.Respond(HttpStatusCode.ServiceUnavailable, new StreamedContent());
        }
        else
        {
            exchange.Respond(HttpStatusCode.OK, Body(exchange, mode));
        }
    }

    private HttpContent Body(Exchange exchange, HostMode mode) =>
        mode == HostMode.BreakingBodies ? new BrokenBody(_time)
        : exchange.Call.Body is { } pace ? new PacedContent(_time, pace)
        : new StreamedContent();
}
