using System.Diagnostics;

namespace Http.CircuitBreaker.Telemetry;

/// <summary>HttpClient creates no span for a rejected call, so the breaker creates one if there are listeners.</summary>
internal static class RejectionActivity
{
    private static readonly ActivitySource _source = new(TelemetryNames.Source);

    public static void Record(HttpRequestMessage request, CircuitRejection rejection)
    {
        if (!_source.HasListeners())
        {
            return;
        }

        // Not the current activity, so the caller's span does not change.
        var key = rejection.Key;
        using var activity = _source.CreateActivity(request.Method.Method, ActivityKind.Client);
        activity?
            .SetTag("http.request.method", request.Method.Method)
            .SetTag(TelemetryNames.ClientTag, key.Client)
            .SetTag(TelemetryNames.ServerAddressTag, key.Host)
            .SetTag(TelemetryNames.ServerPortTag, key.Port)
            .SetTag(TelemetryNames.NameTag, key.Name)
            .SetTag(TelemetryNames.StateTag, TelemetryNames.Format(rejection.State))
            .SetTag(TelemetryNames.ErrorTypeTag, TelemetryNames.CircuitOpen)
            .SetStatus(ActivityStatusCode.Error, "The circuit is open; the request was not sent.")
            .Start();
    }
}
