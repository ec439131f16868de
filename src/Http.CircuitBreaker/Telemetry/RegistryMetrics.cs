using System.Diagnostics;
using System.Diagnostics.Metrics;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Registry;

namespace Http.CircuitBreaker.Telemetry;

/// <summary>What is read off the circuits when somebody collects. Costs a call nothing.</summary>
/// <remarks>
/// A container has one registry. Handlers without one have many, and their clients have no name: collectors know series by their attributes
/// alone, so what several registries have under the same ones is reported as one.
/// </remarks>
internal sealed class RegistryMetrics
{
    // Hosts are unbounded and collectors cap a metric at about 2,000 series: 400 circuits in four states stay below.
    private const int MaxCircuitsPerClient = 400;

    private static readonly CircuitState[] _states = Enum.GetValues<CircuitState>();

    private readonly Lock _gate = new();
    private readonly List<CircuitRegistry> _registries = [];
    private readonly Dictionary<string, ClientAccounts> _forgotten = [];
    private readonly Dictionary<string, long> _succeeded = [];

    public RegistryMetrics(Meter meter)
    {
        meter.CreateObservableCounter(TelemetryNames.Requests, Requests, "{request}", "Calls, by outcome.");
        meter.CreateObservableUpDownCounter(TelemetryNames.Circuits, Circuits, "{circuit}", "Circuits, by state.");
        meter.CreateObservableUpDownCounter(
            TelemetryNames.State, States, "{circuit}", "1 for the state that a circuit is in, 0 for the others; only circuits that are not closed.");
        meter.CreateObservableGauge(
            TelemetryNames.FailureRatio, FailureRatios, "1", "Failed calls / calls when the circuit opened, or of its probes; only circuits that are not closed.");
        meter.CreateObservableUpDownCounter(TelemetryNames.InFlight, InFlight, "{request}", "Calls waiting for their headers.");
    }

    /// <summary>Reports a registry from now on; one that was forgotten is not counted twice.</summary>
    public void Observe(CircuitRegistry registry)
    {
        lock (_gate)
        {
            _registries.Add(registry);
            foreach (var client in registry.Clients)
            {
                _forgotten[client.Name] = _forgotten.GetValueOrDefault(client.Name) - Ended(client);
            }
        }
    }

    /// <summary>Reports a registry no longer. Its calls stay in the counters, which never fall.</summary>
    public void Forget(CircuitRegistry registry)
    {
        lock (_gate)
        {
            _registries.Remove(registry);
            foreach (var client in registry.Clients)
            {
                _forgotten[client.Name] = _forgotten.GetValueOrDefault(client.Name) + Ended(client);
            }
        }
    }

    private static ClientAccounts Ended(ClientCircuits client) => ClientAccounts.Of(client) with { InFlight = 0 };

    private List<Measurement<long>> Requests()
    {
        lock (_gate)
        {
            return [.. Accounts().SelectMany(client => Requests(client.Key, client.Value))];
        }
    }

    private IEnumerable<Measurement<long>> Requests(string client, ClientAccounts accounts) =>
    [
        Outcome(client, "success", Highest(client, accounts.Ended.Succeeded)),
        Outcome(client, "failure", accounts.Ended.Failed),
        Outcome(client, "ignored", accounts.Ended.Ignored),
        Outcome(client, "rejected", accounts.Rejected),
        Outcome(client, "bypassed", accounts.Bypassed),
    ];

    // A body that breaks takes a success back, but collectors take a counter that falls for a restart: it stands until it is right again.
    private long Highest(string client, long succeeded) =>
        _succeeded[client] = Math.Max(_succeeded.GetValueOrDefault(client), succeeded);

    private IEnumerable<Measurement<long>> InFlight()
    {
        lock (_gate)
        {
            return [.. Accounts().Select(client => new Measurement<long>(client.Value.InFlight, OfClient(client.Key)))];
        }
    }

    private IEnumerable<Measurement<long>> Circuits() =>
        from client in Clients().GroupBy(client => client.Name)
        let counts = client.SelectMany(its => its.All).CountBy(circuit => circuit.State).ToDictionary()
        from state in _states
        select new Measurement<long>(
            counts.GetValueOrDefault(state), OfClient(client.Key).With(TelemetryNames.StateTag, TelemetryNames.Of(state)));

    private IEnumerable<Measurement<long>> States() =>
        from circuits in NotClosed()
        let present = circuits.Select(circuit => circuit.State).ToList()
        from state in _states
        select new Measurement<long>(
            present.Count(its => its == state), Tags.Of(circuits.Key).With(TelemetryNames.StateTag, TelemetryNames.Of(state)));

    private IEnumerable<Measurement<double>> FailureRatios() =>
        from circuits in NotClosed()
        select new Measurement<double>(circuits.Max(circuit => circuit.FailureRatio()), Tags.Of(circuits.Key));

    private IEnumerable<IGrouping<CircuitKey, Circuit>> NotClosed() => Clients()
        .SelectMany(client => client.All.Where(circuit => circuit.State != CircuitState.Closed).Take(MaxCircuitsPerClient))
        .GroupBy(circuit => circuit.Key);

    // Under the gate.
    private Dictionary<string, ClientAccounts> Accounts()
    {
        var accounts = new Dictionary<string, ClientAccounts>(_forgotten);
        foreach (var client in Clients())
        {
            accounts[client.Name] = accounts.GetValueOrDefault(client.Name) + ClientAccounts.Of(client);
        }

        return accounts;
    }

    private List<ClientCircuits> Clients()
    {
        lock (_gate)
        {
            return [.. _registries.SelectMany(registry => registry.Clients)];
        }
    }

    private static Measurement<long> Outcome(string client, string outcome, long count) =>
        new(count, OfClient(client).With(TelemetryNames.OutcomeTag, outcome));

    private static TagList OfClient(string client) => new() { { TelemetryNames.ClientTag, client } };
}
