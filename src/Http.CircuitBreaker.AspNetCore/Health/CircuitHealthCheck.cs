using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Http.CircuitBreaker.AspNetCore.Health;

/// <summary>Healthy while every circuit is closed.</summary>
internal sealed class CircuitHealthCheck(ICircuitRegistry circuits, Func<CircuitSnapshot, bool>? filter) : IHealthCheck
{
    // A report is read by people and stored by machines: ten thousand hosts help neither.
    private const int MostNamed = 50;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var all = circuits.GetSnapshots().Where(circuit => filter?.Invoke(circuit) ?? true).ToList();
        var troubled = all.Where(circuit => circuit.State != CircuitState.Closed)
            .OrderBy(circuit => circuit.Key.ToString(), StringComparer.Ordinal)
            .ToList();
        var data = DataOf(all, troubled);
        return Task.FromResult(troubled.Count == 0
            ? HealthCheckResult.Healthy($"{all.Count} circuits, all closed.", data)
            : new HealthCheckResult(context.Registration.FailureStatus, Describe(all.Count, troubled), exception: null, data));
    }

    private static string Describe(int all, List<CircuitSnapshot> troubled)
    {
        var named = troubled.Take(3).Select(circuit => $"{circuit.Key} is {Word(circuit.State)}");
        var rest = troubled.Count > 3 ? $", and {troubled.Count - 3} more" : "";
        return $"{troubled.Count} of {all} circuits not closed: {string.Join(", ", named)}{rest}.";
    }

    private static Dictionary<string, object> DataOf(List<CircuitSnapshot> all, List<CircuitSnapshot> troubled)
    {
        var data = new Dictionary<string, object> { ["circuits"] = all.Count };
        foreach (var state in Enum.GetValues<CircuitState>())
        {
            data[$"circuits.{Word(state)}"] = all.Count(circuit => circuit.State == state);
        }

        foreach (var circuit in troubled.Take(MostNamed))
        {
            Add(data, circuit);
        }

        return data;
    }

    // Flat and primitive: every writer of health reports can show it.
    private static void Add(Dictionary<string, object> data, CircuitSnapshot circuit)
    {
        var name = circuit.Key.ToString();
        data[$"{name} state"] = Word(circuit.State);
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

    private static string Word(CircuitState state) => state switch
    {
        CircuitState.Closed => "closed",
        CircuitState.Open => "open",
        CircuitState.HalfOpen => "half-open",
        _ => "isolated",
    };
}
