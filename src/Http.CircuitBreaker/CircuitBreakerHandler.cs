using Http.CircuitBreaker.Bodies;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Classification;
using Http.CircuitBreaker.Composition;
using Http.CircuitBreaker.Registry;
using Http.CircuitBreaker.Rejection;
using Http.CircuitBreaker.Telemetry;

namespace Http.CircuitBreaker;

/// <summary>
/// Guards the calls of an <see cref="HttpClient"/>: judges how they end, keeps one circuit for each host, and answers at once while a
/// circuit is open.
/// </summary>
/// <remarks>
/// With the factory, <c>AddCircuitBreaker()</c> makes it. A handler is only a shell: handlers come and go, the circuits stay in the registry.
/// </remarks>
public sealed class CircuitBreakerHandler : DelegatingHandler
{
    private readonly ClientCircuits _circuits;
    private readonly CircuitTelemetry _telemetry;
    private readonly BodyJudge _bodies;
    private StandaloneRegistry? _shared;

    /// <summary>Makes a handler without a container. Set <see cref="DelegatingHandler.InnerHandler"/>, e.g. to a <see cref="SocketsHttpHandler"/>.</summary>
    /// <param name="options">The settings; read here, once. A registry that has them already takes these from now on.</param>
    /// <param name="registry">The <see cref="Circuits"/> of an earlier handler, to share its circuits; null for circuits of its own.</param>
    /// <param name="timeProvider">The time; null for the registry's, else the system's.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="registry"/> is not from a handler made this way, or has another time provider.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The options are not valid; it names every fault.</exception>
    public CircuitBreakerHandler(CircuitBreakerOptions options, ICircuitRegistry? registry = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        var standalone = registry is null
            ? new StandaloneRegistry(options, timeProvider ?? TimeProvider.System)
            : StandaloneRegistry.Share(registry, options, timeProvider);
        (_circuits, _telemetry, Circuits, _shared) = (standalone.Client, standalone.Telemetry, standalone, standalone);
        _bodies = new BodyJudge(_circuits.Clock, _circuits.Timeout, _telemetry.OnFailure);
    }

    internal CircuitBreakerHandler(ClientCircuits circuits, CircuitTelemetry telemetry, ICircuitRegistry registry)
    {
        (_circuits, _telemetry, Circuits) = (circuits, telemetry, registry);
        _bodies = new BodyJudge(_circuits.Clock, _circuits.Timeout, _telemetry.OnFailure);
    }

    /// <summary>The registry that holds this handler's circuits.</summary>
    public ICircuitRegistry Circuits { get; }

    /// <summary>Whether the client defaults put this handler where it is; a client's own registration may then move it.</summary>
    internal bool IsPlacedByDefaults { get; set; }

    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<HttpResponseMessage>(cancellationToken);
        }

        return Admit(request, out var circuit, out var permit) switch
        {
            Admission.Admitted => SendGuardedAsync(request, permit, cancellationToken),
            Admission.Rejected => RejectAsync(request, circuit!),
            _ => base.SendAsync(request, cancellationToken),
        };
    }

    /// <inheritdoc/>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        return Admit(request, out var circuit, out var permit) switch
        {
            Admission.Admitted => SendGuarded(request, permit, cancellationToken),
            Admission.Rejected => Reject(request, circuit!, out var rejection) ?? throw new CircuitOpenException(rejection),
            _ => base.Send(request, cancellationToken),
        };
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Interlocked.Exchange(ref _shared, null)?.Release();
        }

        base.Dispose(disposing);
    }

    private Admission Admit(HttpRequestMessage request, out Circuit? circuit, out Permit permit)
    {
        (circuit, permit) = (null, default);
        var answer = request.BypassesCircuitBreaker()
            ? Admission.Bypassed
            : _circuits.TryAdmit(request, _circuits.Clock.Now, out circuit, out permit);
        if (answer == Admission.Bypassed)
        {
            _circuits.CountBypassed();
        }

        return answer;
    }

    // No async method here: a call that completes at once costs no state machine and no task of ours.
    private Task<HttpResponseMessage> SendGuardedAsync(HttpRequestMessage request, in Permit permit, CancellationToken cancellationToken)
    {
        if (ClientCircuits.SettingsOf(permit.Circuit).CallTimeout is { Ticks: > 0 } timeout)
        {
            return SendWithTimeoutAsync(request, permit, timeout, cancellationToken);
        }

        Task<HttpResponseMessage> sending;
        try
        {
            sending = base.SendAsync(request, cancellationToken);
        }
        catch (Exception exception)
        {
            Settle(in permit, request, null, exception, cancellationToken);
            throw;
        }

        if (!sending.IsCompletedSuccessfully)
        {
            return SettleAsync(sending, request, permit, cancellationToken);
        }

        Settle(in permit, request, sending.Result, null, cancellationToken);
        return sending;
    }

    private async Task<HttpResponseMessage> SettleAsync(
        Task<HttpResponseMessage> sending, HttpRequestMessage request, Permit permit, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await sending.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Settle(in permit, request, null, exception, cancellationToken);
            throw;
        }

        Settle(in permit, request, response, null, cancellationToken);
        return response;
    }

    private async Task<HttpResponseMessage> SendWithTimeoutAsync(
        HttpRequestMessage request, Permit permit, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = new CallTimeoutSource(timeout, _circuits.Clock.Provider, cancellationToken);
        HttpResponseMessage response;
        try
        {
            response = await base.SendAsync(request, limit.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Settle(in permit, request, null, exception, cancellationToken, limit.IsReached);
            limit.ThrowIfReached(exception);
            throw;
        }

        Settle(in permit, request, response, null, cancellationToken);
        return response;
    }

    private HttpResponseMessage SendGuarded(HttpRequestMessage request, in Permit permit, CancellationToken cancellationToken)
    {
        using var limit = ClientCircuits.SettingsOf(permit.Circuit).CallTimeout is { Ticks: > 0 } timeout
            ? new CallTimeoutSource(timeout, _circuits.Clock.Provider, cancellationToken)
            : null;
        HttpResponseMessage response;
        try
        {
            response = base.Send(request, limit?.Token ?? cancellationToken);
        }
        catch (Exception exception)
        {
            Settle(in permit, request, null, exception, cancellationToken, limit is { IsReached: true });
            limit?.ThrowIfReached(exception);
            throw;
        }

        Settle(in permit, request, response, null, cancellationToken);
        return response;
    }

    private void Settle(
        in Permit permit,
        HttpRequestMessage request,
        HttpResponseMessage? response,
        Exception? exception,
        CancellationToken cancellationToken,
        bool isCallTimeout = false)
    {
        var now = _circuits.Clock.Now;
        var call = new CallEnd(
            request, response, exception, now - permit.AdmittedAt, cancellationToken.IsCancellationRequested, isCallTimeout);
        var settings = ClientCircuits.SettingsOf(permit.Circuit);
        var verdict = Verdict.Ignored;
        try
        {
            verdict = _circuits.Classifier.Judge(in call, settings.Rules, out var fault);
            if (fault is not null)
            {
                ReportOnce(permit.Circuit, CircuitFault.Classify, fault);
            }

            if (verdict.Outcome == CircuitOutcome.Success && settings.ObserveResponseBody && response is not null && BodyRules.CanBreak(request, response))
            {
                verdict = verdict with { IsBodyToCome = true };
            }
        }
        finally
        {
            permit.Settle(in verdict, now);
        }

        if (verdict.IsBodyToCome)
        {
            ObserveBody(in permit, request, response!, cancellationToken);
        }
        else if (verdict.Reason is { } reason)
        {
            _telemetry.OnFailure(permit.Circuit.Key, reason);
        }
    }

    private void ObserveBody(in Permit permit, HttpRequestMessage request, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var grpcReply = Grpc.IsReply(request, response) ? response : null;
        response.Content = new ObservedContent(response.Content, _bodies.For(permit.Probe, grpcReply), in permit, cancellationToken);
    }

    private Task<HttpResponseMessage> RejectAsync(HttpRequestMessage request, Circuit circuit) =>
        Reject(request, circuit, out var rejection) is { } response
            ? Task.FromResult<HttpResponseMessage>(response)
            : Task.FromException<HttpResponseMessage>(new CircuitOpenException(rejection));

    // Null where the options want an exception instead.
    private CircuitOpenResponse? Reject(HttpRequestMessage request, Circuit circuit, out CircuitRejection rejection)
    {
        var phase = circuit.Phase;
        rejection = RejectionFacts.Of(circuit, phase, _circuits.Clock.Now);
        _telemetry.OnRejection(request, rejection);
        return _circuits.Options.RejectionMode == RejectionMode.Exception
            ? null
            : CustomRejection(request, circuit, rejection) ?? RejectionResponse.Create(request, rejection, phase);
    }

    private CircuitOpenResponse? CustomRejection(HttpRequestMessage request, Circuit circuit, CircuitRejection rejection)
    {
        if (_circuits.Options.CreateRejection is not { } create)
        {
            return null;
        }

        try
        {
            return create(rejection, request) is { } custom ? RejectionResponse.Mark(custom, request, rejection) : null;
        }
        catch (Exception exception)
        {
            ReportOnce(circuit, CircuitFault.CreateRejection, exception);
            return null;
        }
    }

    private void ReportOnce(Circuit circuit, CircuitFault fault, Exception exception)
    {
        if (circuit.IsFirst(fault))
        {
            _telemetry.OnUserFault(fault.ToString(), circuit.Key.ToString(), exception);
        }
    }
}
