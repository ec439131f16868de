using System.Diagnostics;
using System.Text.Json;
using Http.CircuitBreaker.Circuits;

namespace Http.CircuitBreaker.Telemetry;

/// <summary>The names used in metrics, activities and logs. Dashboards and alerts depend on them.</summary>
internal static class TelemetryNames
{
    /// <summary>The name of the meter, activity source and log category.</summary>
    public const string Source = "Http.CircuitBreaker";

    public const string Requests = "http_circuit_breaker.requests";
    public const string Failures = "http_circuit_breaker.failures";
    public const string Rejections = "http_circuit_breaker.rejections";
    public const string Transitions = "http_circuit_breaker.transitions";
    public const string Circuits = "http_circuit_breaker.circuits";
    public const string State = "http_circuit_breaker.state";
    public const string FailureRatio = "http_circuit_breaker.failure.ratio";
    public const string InFlight = "http_circuit_breaker.in_flight";
    public const string OpenDuration = "http_circuit_breaker.open.duration";

    public const string ClientTag = "http_circuit_breaker.client";
    public const string NameTag = "http_circuit_breaker.name";
    public const string OutcomeTag = "http_circuit_breaker.outcome";
    public const string StateTag = "http_circuit_breaker.state";
    public const string PreviousStateTag = "http_circuit_breaker.previous_state";
    public const string ReasonTag = "http_circuit_breaker.reason";

    // Standard OpenTelemetry attributes.
    public const string ServerAddressTag = "server.address";
    public const string ServerPortTag = "server.port";
    public const string ErrorTypeTag = "error.type";

    public const string CircuitOpen = "circuit_open";

    /// <summary>
    /// The attribute value for all hosts that a metric does not report separately. Other OpenTelemetry metrics use the same value.
    /// </summary>
    public const string OtherHost = "_OTHER";

    /// <summary>Formats an enum value in snake case, for example <c>half_open</c>.</summary>
    public static string Format<TEnum>(TEnum value)
        where TEnum : struct, Enum =>
        JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}

internal static class Tags
{
    public static TagList Create(CircuitKey key)
    {
        var tags = new TagList { { TelemetryNames.ClientTag, key.Client } };
        if (key.Host is { } host)
        {
            tags.Add(TelemetryNames.ServerAddressTag, host);
        }

        if (key.Port is { } port)
        {
            tags.Add(TelemetryNames.ServerPortTag, port);
        }

        if (key.Name is { } name)
        {
            tags.Add(TelemetryNames.NameTag, name);
        }

        return tags;
    }

    public static TagList With(this TagList tags, string key, object? value)
    {
        tags.Add(key, value);
        return tags;
    }

    /// <summary>Adds the outcome of a sent call, and the state of the circuit that admitted it, to the caller's activity.</summary>
    /// <remarks>
    /// HttpClient's own activity ends before the outcome is known. If an earlier call has set the tags, a success through a closed circuit
    /// does not overwrite them.
    /// </remarks>
    public static void AddToCurrentActivity(in Permit permit, CircuitOutcome outcome)
    {
        // Set no tags if nothing reads them: ASP.NET Core starts an activity for each request, even without a listener.
        if (Activity.Current is not { IsAllDataRequested: true } activity || !activity.Source.HasListeners())
        {
            return;
        }

        var state = permit.IsObserved ? permit.Circuit.State : permit.Phase.State;
        if (outcome != CircuitOutcome.Success || state != CircuitState.Closed || activity.GetTagItem(TelemetryNames.OutcomeTag) is null)
        {
            activity
                .SetTag(TelemetryNames.ClientTag, permit.Circuit.Key.Client)
                .SetTag(TelemetryNames.StateTag, TelemetryNames.Format(state))
                .SetTag(TelemetryNames.OutcomeTag, TelemetryNames.Format(outcome));
        }
    }
}
