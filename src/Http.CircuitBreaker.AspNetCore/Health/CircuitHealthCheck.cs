using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Http.CircuitBreaker.AspNetCore.Health;

/// <summary>Healthy while every circuit is closed.</summary>
internal sealed class CircuitHealthCheck(ICircuitRegistry circuits, Func<CircuitSnapshot, bool>? filter) : IHealthCheck
{
    // A report is read by people and stored by machines: ten thousand hosts help neither.
    private const int MaxListed = 50;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var all = circuits.GetSnapshots().Where(circuit => filter?.Invoke(circuit) ?? true).ToList();
        var notClosed = all.Where(circuit => circuit.State != CircuitState.Closed)
            .OrderBy(circuit => circuit.Key.ToString(), StringComparer.Ordinal)
            .ToList();
        var data = CreateData(all, notClosed);
        return Task.FromResult(notClosed.Count == 0
            ? HealthCheckResult.Healthy($"{all.Count} circuits, all closed.", data)
            : new HealthCheckResult(context.Registration.FailureStatus, Describe(all.Count, notClosed), exception: null, data));
    }

    private static string Describe(int all, List<CircuitSnapshot> notClosed)
    {
        var named = notClosed.Take(3).Select(circuit => $"{circuit.Key} is {FormatState(circuit.State)}");
        var rest = notClosed.Count > 3 ? $", and {notClosed.Count - 3} more" : "";
        return $"{notClosed.Count} of {all} circuits not closed: {string.Join(", ", named)}{rest}.";
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
            Add(data, circuit);
        }

        return data;
    }

    // Flat and primitive: every writer of health reports can show it.
    private static void Add(Dictionary<string, object> data, CircuitSnapshot circuit)
    {
        var name = circuit.Key.ToString();
        data[$"{name} state"] = FormatState(circuit.State);
        data[$"{name} since"] = circuit.Since.ToString("O");
        data[$"{name} rejected"] = circuit.Rejected;
        data[$"{name} openings in a row"] = circuit.ConsecutiveOpenings;
        if (circuit.Until is { } until)
        {
            data[$"{name} until"] = until.ToString("O");
        }

        if ((circuit.IsolationReason ?? circuit.LastFailureReason) is { } reason)
        {
            data[$"{name} reason"] = reason;
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
