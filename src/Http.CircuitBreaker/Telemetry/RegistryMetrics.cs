using System.Diagnostics;
using System.Diagnostics.Metrics;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Registry;

namespace Http.CircuitBreaker.Telemetry;

/// <summary>Instruments that read the circuits at collection, at no cost for a call.</summary>
/// <remarks>
/// A container has one registry. Handlers without a container have many, whose clients have no name. Collectors identify a series by its
/// attributes, so series of several registries with the same attributes are added up.
/// </remarks>
internal sealed class RegistryMetrics
{
    // Collectors limit a metric to about 2,000 series, and 400 circuits in four states are 1,600.
    private const int MaxCircuitsPerClient = 400;

    private static readonly CircuitState[] _states = Enum.GetValues<CircuitState>();

    private readonly Lock _lock = new();
    private readonly List<CircuitRegistry> _registries = [];
    private readonly Dictionary<string, ClientTotals> _removed = [];
    private readonly Dictionary<string, long> _succeeded = [];

    public RegistryMetrics(Meter meter)
    {
        meter.CreateObservableCounter(TelemetryNames.Requests, Requests, "{request}", "Calls, by outcome.");
        meter.CreateObservableUpDownCounter(TelemetryNames.Circuits, Circuits, "{circuit}", "Circuits, by state.");
        meter.CreateObservableUpDownCounter(
            TelemetryNames.State, States, "{circuit}", "1 for a circuit's state, 0 for the others; only circuits that are not closed.");
        meter.CreateObservableGauge(
            TelemetryNames.FailureRatio,
            FailureRatios,
            "1",
            "Failed calls / calls when the circuit opened, or of its probes; only circuits that are not closed.");
        meter.CreateObservableUpDownCounter(TelemetryNames.InFlight, InFlight, "{request}", "Calls waiting for their headers.");
    }

    /// <summary>Starts to report a registry. One that was removed before is not counted twice.</summary>
    public void Add(CircuitRegistry registry)
    {
        lock (_lock)
        {
            _registries.Add(registry);
            foreach (var client in registry.Clients)
            {
                _removed[client.Name] = _removed.GetValueOrDefault(client.Name) - Ended(client);
            }
        }
    }

    /// <summary>Stops reporting a registry. Its calls stay in the cumulative counters.</summary>
    public void Remove(CircuitRegistry registry)
    {
        lock (_lock)
        {
            _registries.Remove(registry);
            foreach (var client in registry.Clients)
            {
                _removed[client.Name] = _removed.GetValueOrDefault(client.Name) + Ended(client);
            }
        }
    }

    private static ClientTotals Ended(ClientCircuits client) => client.Totals() with { InFlight = 0 };

    private List<Measurement<long>> Requests()
    {
        lock (_lock)
        {
            return [.. TotalsByClient().SelectMany(client => Requests(client.Key, client.Value))];
        }
    }

    private IEnumerable<Measurement<long>> Requests(string client, ClientTotals totals) =>
    [
        Outcome(client, "success", Highest(client, totals.Ended.Succeeded)),
        Outcome(client, "failure", totals.Ended.Failed),
        Outcome(client, "ignored", totals.Ended.Ignored),
        Outcome(client, "rejected", totals.Rejected),
        Outcome(client, "bypassed", totals.Bypassed),
    ];

    // A failed body turns a success into a failure. A cumulative counter must not decrease, so hold it until the real value catches up.
    private long Highest(string client, long succeeded) =>
        _succeeded[client] = Math.Max(_succeeded.GetValueOrDefault(client), succeeded);

    private IEnumerable<Measurement<long>> InFlight()
    {
        lock (_lock)
        {
            return [.. TotalsByClient().Select(client => new Measurement<long>(client.Value.InFlight, ClientTag(client.Key)))];
        }
    }

    private IEnumerable<Measurement<long>> Circuits() =>
        from client in Clients().GroupBy(client => client.Name)
        let counts = client.SelectMany(clients => clients.All).CountBy(circuit => circuit.State).ToDictionary()
        from state in _states
        select new Measurement<long>(
            counts.GetValueOrDefault(state), ClientTag(client.Key).With(TelemetryNames.StateTag, TelemetryNames.Format(state)));

    private IEnumerable<Measurement<long>> States() =>
        from circuits in NotClosed()
        let present = circuits.Select(circuit => circuit.State).ToList()
        from state in _states
        select new Measurement<long>(
            present.Count(one => one == state), Tags.Create(circuits.Key).With(TelemetryNames.StateTag, TelemetryNames.Format(state)));

    private IEnumerable<Measurement<double>> FailureRatios() =>
        from circuits in NotClosed()
        select new Measurement<double>(circuits.Max(circuit => circuit.FailureRatio), Tags.Create(circuits.Key));

    private IEnumerable<IGrouping<CircuitKey, Circuit>> NotClosed() => Clients()
        .SelectMany(client => client.All.Where(circuit => circuit.State != CircuitState.Closed).Take(MaxCircuitsPerClient))
        .GroupBy(circuit => circuit.Key);

    private Dictionary<string, ClientTotals> TotalsByClient()
    {
        var totals = new Dictionary<string, ClientTotals>(_removed);
        foreach (var client in Clients())
        {
            totals[client.Name] = totals.GetValueOrDefault(client.Name) + client.Totals();
        }

        return totals;
    }

    private List<ClientCircuits> Clients()
    {
        lock (_lock)
        {
            return [.. _registries.SelectMany(registry => registry.Clients)];
        }
    }

    private static Measurement<long> Outcome(string client, string outcome, long count) =>
        new(count, ClientTag(client).With(TelemetryNames.OutcomeTag, outcome));

    private static TagList ClientTag(string client) => new() { { TelemetryNames.ClientTag, client } };
}
