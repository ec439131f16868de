using System.Diagnostics;

namespace Http.CircuitBreaker.Telemetry;

/// <summary>Creates a span for a rejected call, because HttpClient does not create one.</summary>
internal static class RejectionActivity
{
    private static readonly ActivitySource _source = new(TelemetryNames.Source);

    public static void Record(HttpRequestMessage request, CircuitRejection rejection)
    {
        // A separate activity, because the current one belongs to the caller. Null if there are no listeners.
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
