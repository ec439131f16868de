using Http.CircuitBreaker.Printing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Http.CircuitBreaker.AspNetCore.Health;

/// <summary>Reports the application as healthy while every circuit is closed.</summary>
internal sealed class CircuitHealthCheck(ICircuitRegistry circuits, Func<CircuitSnapshot, bool>? filter) : IHealthCheck
{
    private const int MaxDescribed = 3;

    // The maximum number of circuits in the report. Without a limit, the report of a client that calls thousands of hosts would be too
    // large.
    private const int MaxListed = 50;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var all = circuits.GetSnapshots().Where(circuit => filter?.Invoke(circuit) ?? true).ToList();
        var notClosed = all.Where(circuit => circuit.State != CircuitState.Closed)
            .OrderBy(circuit => circuit.Key.ToString(), StringComparer.Ordinal)
            .ToList();
        var data = CreateData(all, notClosed);
        return Task.FromResult(notClosed.Count == 0
            ? HealthCheckResult.Healthy(DescribeHealthy(all.Count), data)
            : new HealthCheckResult(
                DecideStatus(notClosed, context.Registration.FailureStatus), DescribeFailure(all.Count, notClosed), exception: null, data));
    }

    // An unhealthy instance may be taken out of rotation. It would then receive no calls, so circuits that need a call to start a probe
    // would never recover, and the instance would stay unhealthy.
    private static HealthStatus DecideStatus(List<CircuitSnapshot> notClosed, HealthStatus failureStatus) =>
        failureStatus == HealthStatus.Unhealthy && notClosed.All(NeedsCalls) ? HealthStatus.Degraded : failureStatus;

    private static bool NeedsCalls(CircuitSnapshot circuit) => circuit.ProbeDue || circuit.State == CircuitState.HalfOpen;

    private static string DescribeHealthy(int count) => count switch
    {
        0 => "There are no circuits.",
        1 => "The only circuit is closed.",
        _ => $"All {count} circuits are closed.",
    };

    private static string DescribeFailure(int count, List<CircuitSnapshot> notClosed)
    {
        var described = string.Join(", ", notClosed.Take(MaxDescribed).Select(circuit => $"{circuit.Key} is {FormatState(circuit.State)}"));
        var more = notClosed.Count > MaxDescribed ? $", and {notClosed.Count - MaxDescribed} more" : "";
        var circuits = count == 1 ? "circuit" : "circuits";
        var are = notClosed.Count == 1 ? "is" : "are";
        return $"{notClosed.Count} of {count} {circuits} {are} not closed: {described}{more}.";
    }

    private static Dictionary<string, object> CreateData(List<CircuitSnapshot> all, List<CircuitSnapshot> notClosed)
    {
        var data = new Dictionary<string, object> { ["circuits"] = all.Count };
        foreach (var state in Enum.GetValues<CircuitState>())
        {
            data[$"circuits.{FormatState(state)}"] = all.Count(circuit => circuit.State == state);
        }

        foreach (var circuit in notClosed.Take(MaxListed))
        {
            AddCircuit(data, circuit);
        }

        return data;
    }

    // Add only strings and numbers, without nesting, because every health report writer can display them.
    private static void AddCircuit(Dictionary<string, object> data, CircuitSnapshot circuit)
    {
        var name = circuit.Key.ToString();
        data[$"{name} state"] = FormatState(circuit.State);
        data[$"{name} since"] = circuit.Since.ToString("O");
        data[$"{name} rejected"] = circuit.Rejected;
        data[$"{name} consecutive openings"] = circuit.ConsecutiveOpenings;
        if (circuit.Until is { } until)
        {
            data[$"{name} until"] = until.ToString("O");
        }

        if ((circuit.State == CircuitState.Isolated ? circuit.IsolationReason : circuit.LastFailureReason) is { } reason)
        {
            data[$"{name} reason"] = PrintableText.Escape(reason);
        }
    }

    private static string FormatState(CircuitState state) => state switch
    {
        CircuitState.Closed => "closed",
        CircuitState.Open => "open",
        CircuitState.HalfOpen => "half-open",
        _ => "isolated",
    };
}
