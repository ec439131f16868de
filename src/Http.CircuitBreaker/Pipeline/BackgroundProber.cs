using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Configuration;
using Http.CircuitBreaker.Registry;

namespace Http.CircuitBreaker.Pipeline;

/// <summary>Sends probes to <see cref="CircuitBreakerOptions.ProbePath"/> instead of using application calls as probes.</summary>
/// <remarks>
/// Probes are not started by a timer. The first call that is rejected after the break starts a probe; further probes follow one at a time.
/// </remarks>
internal sealed class BackgroundProber(
    ClientCircuits circuits, CallRecorder recorder, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> send)
{
    public void StartIfDue(HttpRequestMessage rejected, Circuit circuit)
    {
        var settings = ClientCircuits.SettingsOf(circuit);
        if (settings.ProbesInBackground && circuit.TryAdmitProbe(circuits.Clock.Now, out var permit))
        {
            var target = new ProbeTarget(rejected.RequestUri!, rejected.Version, rejected.VersionPolicy, settings);

            // The probe must not inherit the rejected call's activity and async locals.
            ThreadPool.UnsafeQueueUserWorkItem(
                start => _ = ProbeAsync(start.Target, start.Permit), (Target: target, Permit: permit), preferLocal: false);
        }
    }

    private async Task ProbeAsync(ProbeTarget target, Permit permit)
    {
        var sent = 0;
        do
        {
            await SendAsync(target, permit).ConfigureAwait(false);
            sent++;
        }
        while (sent < target.Settings.HalfOpenProbes
            && ReferenceEquals(permit.Circuit.Phase, permit.Phase)
            && permit.Circuit.TryAdmitProbe(circuits.Clock.Now, out permit));
    }

    private async Task SendAsync(ProbeTarget target, Permit permit)
    {
        using var request = new HttpRequestMessage { Version = target.Version, VersionPolicy = target.Policy };
        CancellationTokenSource? limit = null;
        var isBody = false;
        try
        {
            request.RequestUri = new Uri(target.Uri, target.Settings.ProbePath);
            limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(target.Settings.ProbeTimeout), circuits.Clock.Provider);
            using var response = await send(request, limit.Token).ConfigureAwait(false);
            isBody = recorder.RecordProbe(in permit, request, response);
            if (isBody)
            {
                await ReadAsync(response.Content, limit, target.Settings, permit.Circuit).ConfigureAwait(false);
                recorder.RecordProbeBody(in permit, exception: null);
            }
        }
        catch (Exception exception) when (isBody)
        {
            recorder.RecordProbeBody(in permit, exception);
        }
        catch (Exception exception)
        {
            var isTimeout = limit is { IsCancellationRequested: true };
            recorder.RecordException(in permit, request, exception, upload: null, CancellationToken.None, isTimeout, isProbe: true);
        }
        finally
        {
            limit?.Dispose();
        }
    }

    // Reads the probe's body to the end. Stops after ProbeBodyTimeout if bytes are still arriving. Each read is limited to the time that
    // was allowed for the response headers, because a host that sends nothing after the headers is not healthy.
    private async Task ReadAsync(HttpContent content, CancellationTokenSource limit, HostSettings settings, Circuit circuit)
    {
        var patience = TimeSpan.FromMilliseconds(BreakRule.ProbeHeadersTimeout(settings, circuit.Counters, isUntimed: false));
        var (buffer, end) = (new byte[4_096], circuits.Clock.Now + settings.ProbeBodyTimeout);
        limit.CancelAfter(patience);
        using var body = await content.ReadAsStreamAsync(limit.Token).ConfigureAwait(false);
        while (await body.ReadAsync(buffer, limit.Token).ConfigureAwait(false) > 0 && circuits.Clock.Now < end)
        {
            limit.CancelAfter(patience);
        }
    }

    private readonly record struct ProbeTarget(Uri Uri, Version Version, HttpVersionPolicy Policy, HostSettings Settings);
}
