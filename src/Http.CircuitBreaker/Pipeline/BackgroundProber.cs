using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Registry;

namespace Http.CircuitBreaker.Pipeline;

/// <summary>Sends requests of its own as probes, so that no caller's call is spent on a host that is probably still down.</summary>
/// <remarks>
/// There is no timer: the call that is rejected at the end of a break starts the probe. One is under way at a time, as the circuit hands out
/// one slot; where more than one has to succeed, the next follows.
/// </remarks>
internal sealed class BackgroundProber(
    ClientCircuits circuits, CallRecorder settler, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> send)
{
    public void StartIfDue(HttpRequestMessage rejected, Circuit circuit)
    {
        if (circuit.Settings.ProbesInBackground && circuit.TryTakeProbe(circuits.Clock.Now, out var permit))
        {
            var target = (rejected.RequestUri!, rejected.Version, rejected.VersionPolicy);

            // Unsafe in that the caller's context does not come along: neither its activity nor its locals have to do with the probe.
            ThreadPool.UnsafeQueueUserWorkItem(start => _ = ProbeAsync(start.Target, start.Permit), (Target: target, Permit: permit), preferLocal: false);
        }
    }

    private async Task ProbeAsync((Uri Uri, Version Version, HttpVersionPolicy Policy) target, Permit permit)
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
            if (i == settings.HalfOpenProbes || !permit.Circuit.IsPresent(permit.Phase) || !permit.Circuit.TryTakeProbe(circuits.Clock.Now, out permit))
            {
                return;
            }
        }
    }

    // Judged when its body has come: a host that answers with headers alone is not well.
    private async Task SendAsync(HttpRequestMessage request, Permit permit, TimeSpan timeout)
    {
        using var limit = new CancellationTokenSource(timeout, circuits.Clock.Provider);
        try
        {
            using var response = await send(request, limit.Token).ConfigureAwait(false);
            await response.Content.CopyToAsync(Stream.Null, limit.Token).ConfigureAwait(false);
            settler.Succeeded(in permit, request, response, limit.Token);
        }
        catch (Exception exception)
        {
            settler.Threw(in permit, request, exception, limit.Token, isCallTimeout: limit.IsCancellationRequested);
        }
    }
}
