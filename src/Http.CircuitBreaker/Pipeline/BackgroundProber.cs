using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Registry;

namespace Http.CircuitBreaker.Pipeline;

/// <summary>Sends probes to <see cref="CircuitBreakerOptions.ProbePath"/> instead of using application calls as probes.</summary>
/// <remarks>
/// There is no timer. The first call that is rejected after the break starts a probe; further probes follow one at a time.
/// </remarks>
internal sealed class BackgroundProber(
    ClientCircuits circuits, CallRecorder recorder, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> send)
{
    public void StartIfDue(HttpRequestMessage rejected, Circuit circuit)
    {
        if (circuit.Settings.ProbesInBackground && circuit.TryAdmitProbe(circuits.Clock.Now, out var permit))
        {
            var target = new ProbeTarget(rejected.RequestUri!, rejected.Version, rejected.VersionPolicy);

            // The probe must not inherit the rejected call's activity and async locals.
            ThreadPool.UnsafeQueueUserWorkItem(
                start => _ = ProbeAsync(start.Target, start.Permit), (Target: target, Permit: permit), preferLocal: false);
        }
    }

    private async Task ProbeAsync(ProbeTarget target, Permit permit)
    {
        var settings = ClientCircuits.SettingsOf(permit.Circuit);
        for (var i = 1; settings.ProbePath is { } path; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(target.Uri, path))
            {
                Version = target.Version,
                VersionPolicy = target.Policy,
            };
            await SendAsync(request, permit, TimeSpan.FromMilliseconds(settings.ProbeTimeout)).ConfigureAwait(false);
            if (i == settings.HalfOpenProbes || !ReferenceEquals(permit.Circuit.Phase, permit.Phase)
                || !permit.Circuit.TryAdmitProbe(circuits.Clock.Now, out permit))
            {
                return;
            }
        }
    }

    // Records the result after reading the body, because a host that sends only headers is not healthy.
    private async Task SendAsync(HttpRequestMessage request, Permit permit, TimeSpan timeout)
    {
        using var limit = new CancellationTokenSource(timeout, circuits.Clock.Provider);
        try
        {
            using var response = await send(request, limit.Token).ConfigureAwait(false);
            await response.Content.CopyToAsync(Stream.Null, limit.Token).ConfigureAwait(false);
            recorder.RecordResponse(in permit, request, response, limit.Token);
        }
        catch (Exception exception)
        {
            recorder.RecordException(in permit, request, exception, limit.Token, isCallTimeout: limit.IsCancellationRequested);
        }
    }

    private readonly record struct ProbeTarget(Uri Uri, Version Version, HttpVersionPolicy Policy);
}
