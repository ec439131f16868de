using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Content;
using Http.CircuitBreaker.DependencyInjection;
using Http.CircuitBreaker.Pipeline;
using Http.CircuitBreaker.Registry;
using Http.CircuitBreaker.Telemetry;
using Microsoft.Extensions.Logging;

namespace Http.CircuitBreaker;

/// <summary>
/// A circuit breaker for an <see cref="HttpClient"/>. The circuit breaker tracks call results, by default per origin, and rejects calls
/// immediately while their circuit is open.
/// </summary>
/// <remarks>
/// <c>AddCircuitBreaker()</c> adds this handler to clients created by <c>IHttpClientFactory</c>. Circuits belong to the registry, so they
/// outlive the handler.
/// </remarks>
public sealed class CircuitBreakerHandler : DelegatingHandler
{
    private readonly ClientCircuits _circuits;
    private readonly CallRecorder _recorder;
    private readonly CallRejector _rejector;
    private StandaloneRegistry? _shared;

    /// <summary>
    /// Creates a handler without a service container. Set <see cref="DelegatingHandler.InnerHandler"/> before use, for example to a
    /// <see cref="SocketsHttpHandler"/>.
    /// </summary>
    /// <param name="options">
    /// The settings, which are copied. If <paramref name="registry"/> is not null, these settings replace those of the registry.
    /// </param>
    /// <param name="registry">The <see cref="Circuits"/> of another handler, to share its circuits; null for separate circuits.</param>
    /// <param name="timeProvider">The clock; null to use the clock of <paramref name="registry"/>, or the system clock.</param>
    /// <param name="loggerFactory">
    /// Creates the logger; null to use the logger of <paramref name="registry"/>. If both are null, nothing is logged.
    /// </param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="registry"/> belongs to a service container, or uses a different clock or logger factory.
    /// </exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">
    /// The options are invalid. The message lists every error.
    /// </exception>
    public CircuitBreakerHandler(
        CircuitBreakerOptions options,
        ICircuitRegistry? registry = null,
        TimeProvider? timeProvider = null,
        ILoggerFactory? loggerFactory = null)
        : this(StandaloneRegistry.Join(options, registry, timeProvider, loggerFactory))
    {
    }

    internal CircuitBreakerHandler(ClientCircuits circuits, CircuitTelemetry telemetry, ICircuitRegistry registry)
    {
        (_circuits, Circuits) = (circuits, registry);
        _recorder = new CallRecorder(circuits, telemetry);
        _rejector = new CallRejector(circuits, telemetry, new BackgroundProber(circuits, _recorder, base.SendAsync));
    }

    private CircuitBreakerHandler(StandaloneRegistry registry)
        : this(registry.Client, registry.Telemetry, registry) => _shared = registry;

    /// <summary>The registry that holds this handler's circuits.</summary>
    public ICircuitRegistry Circuits { get; }

    /// <summary>
    /// Whether <c>ConfigureHttpClientDefaults</c> added this handler. If so, the client's own registration may move the handler to another
    /// position in the chain.
    /// </summary>
    internal bool IsPlacedByDefaults { get; set; }

    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<HttpResponseMessage>(cancellationToken);
        }

        var admission = TryAdmit(request, out var circuit, out var permit);
        if (admission != Admission.Admitted)
        {
            return admission == Admission.Rejected ? _rejector.RejectAsync(request, circuit!) : base.SendAsync(request, cancellationToken);
        }

        var timeout = CreateTimeout(in permit, cancellationToken);
        var upload = request.Content is null ? null : Upload.Observe(request, in permit);
        Task<HttpResponseMessage> sending;
        try
        {
            sending = base.SendAsync(request, timeout?.Start() ?? cancellationToken);
        }
        catch (Exception exception)
        {
            sending = Task.FromException<HttpResponseMessage>(exception);
        }

        // Without a CallTimeout, a task that has already succeeded is returned unchanged, to avoid the allocation of an async method. The
        // pattern also handles null, which a faulty inner handler may return instead of a task.
        if (timeout is not null || sending is not { IsCompletedSuccessfully: true })
        {
            return CompleteAsync(sending, request, permit, upload, timeout, cancellationToken);
        }

        _recorder.RecordResponse(in permit, request, sending.Result, upload, isSynchronous: upload is null);
        return sending;
    }

    /// <inheritdoc/>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        var admission = TryAdmit(request, out var circuit, out var permit);
        if (admission != Admission.Admitted)
        {
            return admission == Admission.Rejected ? _rejector.Reject(request, circuit!) : base.Send(request, cancellationToken);
        }

        using var timeout = CreateTimeout(in permit, cancellationToken);
        var upload = request.Content is null ? null : Upload.Observe(request, in permit);
        HttpResponseMessage response;
        try
        {
            response = base.Send(request, timeout?.Start() ?? cancellationToken);
        }
        catch (Exception exception)
        {
            RecordException(in permit, request, upload, exception, timeout, cancellationToken);
            throw;
        }

        _recorder.RecordResponse(in permit, request, response, upload);
        return response;
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

    private Admission TryAdmit(HttpRequestMessage request, out Circuit? circuit, out Permit permit)
    {
        (circuit, permit) = (null, default);
        var admission = request.BypassesCircuitBreaker()
            ? Admission.Bypassed
            : _circuits.TryAdmit(request, _circuits.Clock.Now, out circuit, out permit);
        if (admission == Admission.Bypassed)
        {
            _circuits.CountBypassed();
        }

        return admission;
    }

    private CallTimeoutSource? CreateTimeout(in Permit permit, CancellationToken cancellationToken) =>
        ClientCircuits.SettingsOf(permit.Circuit).CallTimeout is { Ticks: > 0 } timeout
            ? new CallTimeoutSource(timeout, _circuits.Clock.Provider, cancellationToken)
            : null;

    private async Task<HttpResponseMessage> CompleteAsync(
        Task<HttpResponseMessage> sending,
        HttpRequestMessage request,
        Permit permit,
        Upload? upload,
        CallTimeoutSource? timeout,
        CancellationToken cancellationToken)
    {
        try
        {
            HttpResponseMessage response;
            try
            {
                response = await sending.ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                RecordException(in permit, request, upload, exception, timeout, cancellationToken);
                throw;
            }

            _recorder.RecordResponse(in permit, request, response, upload);
            return response;
        }
        finally
        {
            timeout?.Dispose();
        }
    }

    // Records an exception. If CallTimeout canceled the call, throws a timeout exception. If the caller canceled the call and the exception
    // contains the linked token (CallTimeout combined with the caller's token), throws a copy that contains the caller's token, because the
    // caller does not know the linked token. Otherwise returns, and the calling method rethrows the original exception.
    private void RecordException(
        in Permit permit,
        HttpRequestMessage request,
        Upload? upload,
        Exception exception,
        CallTimeoutSource? timeout,
        CancellationToken cancellationToken)
    {
        var isCallTimeout = timeout is { IsReached: true };
        _recorder.RecordException(in permit, request, exception, upload, cancellationToken, isCallTimeout);
        if (timeout?.Translate(exception, isCallTimeout) is { } translated)
        {
            throw translated;
        }
    }
}
