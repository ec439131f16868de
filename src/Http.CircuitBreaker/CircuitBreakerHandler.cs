using Http.CircuitBreaker.Pipeline;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.DependencyInjection;
using Http.CircuitBreaker.Registry;
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
    private readonly CallRecorder _settler;
    private readonly CallRejector _rejecter;
    private StandaloneRegistry? _shared;

    /// <summary>Makes a handler without a container. Set <see cref="DelegatingHandler.InnerHandler"/>, e.g. to a <see cref="SocketsHttpHandler"/>.</summary>
    /// <param name="options">The settings; read here, once. A registry that has them already takes these from now on.</param>
    /// <param name="registry">The <see cref="Circuits"/> of an earlier handler, to share its circuits; null for circuits of its own.</param>
    /// <param name="timeProvider">The time; null for the registry's, else the system's.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="registry"/> is not from a handler made this way, or has another time provider.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The options are not valid; it names every fault.</exception>
    public CircuitBreakerHandler(CircuitBreakerOptions options, ICircuitRegistry? registry = null, TimeProvider? timeProvider = null)
        : this(StandaloneRegistry.For(options, registry, timeProvider))
    {
    }

    internal CircuitBreakerHandler(ClientCircuits circuits, CircuitTelemetry telemetry, ICircuitRegistry registry)
    {
        (_circuits, Circuits) = (circuits, registry);
        _settler = new CallRecorder(circuits, telemetry);
        _rejecter = new CallRejector(circuits, telemetry, new BackgroundProber(circuits, _settler, base.SendAsync));
    }

    private CircuitBreakerHandler(StandaloneRegistry registry)
        : this(registry.Client, registry.Telemetry, registry) => _shared = registry;

    /// <summary>The registry that holds this handler's circuits.</summary>
    public ICircuitRegistry Circuits { get; }

    /// <summary>Whether the client defaults put this handler where it is; a client's own registration may then move it.</summary>
    internal bool IsPlacedByDefaults { get; set; }

    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Not async, and one method for the whole way: a call that completes at once costs no state machine, no task of ours, no other frame.
        ArgumentNullException.ThrowIfNull(request);
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<HttpResponseMessage>(cancellationToken);
        }

        var answer = Admit(request, out var circuit, out var permit);
        if (answer != Admission.Admitted)
        {
            return answer == Admission.Rejected ? RejectAsync(request, circuit!) : base.SendAsync(request, cancellationToken);
        }

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
            permit.Start();
            _settler.Threw(in permit, request, exception, cancellationToken);
            throw;
        }

        // A handler that is at fault may return no task at all: awaiting that throws, and settles the permit.
        if (sending is not { IsCompletedSuccessfully: true })
        {
            permit.Start();
            return SettleAsync(sending, request, permit, cancellationToken);
        }

        _settler.SucceededAtOnce(in permit, request, sending.Result, cancellationToken);
        return sending;
    }

    /// <inheritdoc/>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        return Admit(request, out var circuit, out var permit) switch
        {
            Admission.Admitted => SendGuarded(request, permit, cancellationToken),
            Admission.Rejected => _rejecter.Reject(request, circuit!, out var rejection) ?? throw new CircuitOpenException(rejection),
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
            _settler.Threw(in permit, request, exception, cancellationToken);
            throw;
        }

        _settler.Succeeded(in permit, request, response, cancellationToken);
        return response;
    }

    private async Task<HttpResponseMessage> SendWithTimeoutAsync(
        HttpRequestMessage request, Permit permit, TimeSpan timeout, CancellationToken cancellationToken)
    {
        permit.Start();
        using var limit = new CallTimeoutSource(timeout, _circuits.Clock.Provider, cancellationToken);
        HttpResponseMessage response;
        try
        {
            response = await base.SendAsync(request, limit.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            var isReached = limit.IsReached;
            _settler.Threw(in permit, request, exception, cancellationToken, isReached);
            limit.ThrowIf(isReached, exception);
            throw;
        }

        _settler.Succeeded(in permit, request, response, cancellationToken);
        return response;
    }

    private HttpResponseMessage SendGuarded(HttpRequestMessage request, in Permit permit, CancellationToken cancellationToken)
    {
        permit.Start();
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
            var isReached = limit is { IsReached: true };
            _settler.Threw(in permit, request, exception, cancellationToken, isReached);
            limit?.ThrowIf(isReached, exception);
            throw;
        }

        _settler.Succeeded(in permit, request, response, cancellationToken);
        return response;
    }

    private Task<HttpResponseMessage> RejectAsync(HttpRequestMessage request, Circuit circuit) =>
        _rejecter.Reject(request, circuit, out var rejection) is { } response
            ? Task.FromResult(response)
            : Task.FromException<HttpResponseMessage>(new CircuitOpenException(rejection));
}
