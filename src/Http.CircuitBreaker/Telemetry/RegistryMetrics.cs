using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Registry;

namespace Http.CircuitBreaker.Telemetry;

/// <summary>What is read off the circuits when somebody collects. Costs a call nothing.</summary>
internal sealed class RegistryMetrics
{
    // Hosts are unbounded and collectors cap a metric at about 2,000 series: 400 circuits in four states stay below.
    private const int MaxCircuitsPerClient = 400;

    private static readonly CircuitState[] _states = Enum.GetValues<CircuitState>();

    private readonly CircuitRegistry _registry;
    private readonly ConcurrentDictionary<ClientCircuits, long> _succeeded = new();

    public RegistryMetrics(Meter meter, CircuitRegistry registry)
    {
        _registry = registry;
        meter.CreateObservableCounter(TelemetryNames.Requests, Requests, "{request}", "Calls, by outcome.");
        meter.CreateObservableUpDownCounter(TelemetryNames.Circuits, Circuits, "{circuit}", "Circuits, by state.");
        meter.CreateObservableUpDownCounter(
            TelemetryNames.State, States, "{circuit}", "1 for the state that a circuit is in, 0 for the others; only circuits that are not closed.");
        meter.CreateObservableGauge(
            TelemetryNames.FailureRatio, FailureRatios, "1", "Failed calls / calls in the sampling window; only circuits that are not closed.");
        meter.CreateObservableUpDownCounter(TelemetryNames.InFlight, InFlight, "{request}", "Calls waiting for their headers.");
    }

    private IEnumerable<Measurement<long>> Requests()
    {
        foreach (var client in _registry.Clients)
        {
            var (ended, _, rejected) = client.Accounts();
            yield return Outcome(client, "success", Highest(client, ended.Succeeded));
            yield return Outcome(client, "failure", ended.Failed);
            yield return Outcome(client, "ignored", ended.Ignored);
            yield return Outcome(client, "rejected", rejected);
            yield return Outcome(client, "bypassed", client.Bypassed);
        }
    }

    // A body that breaks takes a success back, but collectors take a counter that falls for a restart: it stands until it is right again.
    private long Highest(ClientCircuits client, long succeeded) =>
        _succeeded.AddOrUpdate(client, succeeded, (_, before) => Math.Max(before, succeeded));

    private IEnumerable<Measurement<long>> Circuits()
    {
        foreach (var client in _registry.Clients)
        {
            var counts = client.All.CountBy(circuit => circuit.State).ToDictionary();
            foreach (var state in _states)
            {
                yield return new Measurement<long>(
                    counts.GetValueOrDefault(state), OfClient(client).With(TelemetryNames.StateTag, TelemetryNames.Of(state)));
            }
        }
    }

    private IEnumerable<Measurement<long>> States()
    {
        foreach (var circuit in NotClosed())
        {
            var present = circuit.State;
            foreach (var state in _states)
            {
                yield return new Measurement<long>(
                    state == present ? 1 : 0, Tags.Of(circuit.Key).With(TelemetryNames.StateTag, TelemetryNames.Of(state)));
            }
        }
    }

    private IEnumerable<Measurement<double>> FailureRatios() =>
        NotClosed().Select(circuit => new Measurement<double>(circuit.Phase.Evidence(_registry.Clock.Now).Ratio, Tags.Of(circuit.Key)));

    private IEnumerable<Measurement<long>> InFlight() =>
        _registry.Clients.Select(client => new Measurement<long>(client.Accounts().InFlight, OfClient(client)));

    private IEnumerable<Circuit> NotClosed() =>
        _registry.Clients.SelectMany(client => client.All.Where(circuit => circuit.State != CircuitState.Closed).Take(MaxCircuitsPerClient));

    private static Measurement<long> Outcome(ClientCircuits client, string outcome, long count) =>
        new(count, OfClient(client).With(TelemetryNames.OutcomeTag, outcome));

    private static TagList OfClient(ClientCircuits client) => new() { { TelemetryNames.ClientTag, client.Name } };
}
