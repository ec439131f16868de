using System.Diagnostics;
using System.Diagnostics.Metrics;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Registry;

namespace Http.CircuitBreaker.Telemetry;

/// <summary>Publishes metrics. Failures and state changes are recorded as they happen; other values are read from the circuits.</summary>
/// <remarks>
/// Handlers created without a service container have separate registries, but their clients have the same empty name. Collectors expect one
/// value for each set of attributes, so values with the same attributes are added up. For the failure ratio, the maximum is used.
/// </remarks>
internal sealed class CircuitMetrics(Func<IMeterFactory?> meterFactory) : IDisposable
{
    // By default, OpenTelemetry limits a metric to 2,000 time series. 400 circuits with four states use 1,600 of them.
    private const int MaxCircuitsPerClient = 400;

    private static readonly CircuitState[] _states = Enum.GetValues<CircuitState>();

    private readonly Lock _lock = new();
    private readonly HashSet<WeakReference<CircuitRegistry>> _registries = [];
    private readonly Dictionary<string, ClientTotals> _removed = [];
    private readonly Dictionary<string, long> _succeeded = [];
    private readonly Dictionary<string, HashSet<CircuitKey>> _rejecting = [];
    private int _isPublished;
    private Meter? _ownMeter;
    private Counter<long>? _failures;
    private Counter<long>? _rejections;
    private Counter<long>? _transitions;
    private Histogram<double>? _openDuration;

    /// <summary>Creates the instruments once, even if a meter factory or a listener calls this method again.</summary>
    public void Publish()
    {
        if (Interlocked.Exchange(ref _isPublished, 1) == 1)
        {
            return;
        }

        try
        {
            CreateInstruments(meterFactory()?.Create(TelemetryNames.Source) ?? (_ownMeter = new Meter(TelemetryNames.Source)));
        }
        catch (Exception)
        {
            _isPublished = 0;
            throw;
        }
    }

    public void RecordFailure(CircuitKey key, string reason)
    {
        if (_failures is { Enabled: true })
        {
            _failures.Add(1, Tags.Create(key).With(TelemetryNames.ErrorTypeTag, reason));
        }
    }

    /// <remarks>
    /// A time series is never removed, so only the first circuits of a client get their own time series. All other circuits share one.
    /// </remarks>
    public void RecordRejection(CircuitKey key)
    {
        if (_rejections is { Enabled: true })
        {
            _rejections.Add(1, HasOwnSeries(key)
                ? Tags.Create(key)
                : ClientTag(key.Client).With(TelemetryNames.ServerAddressTag, TelemetryNames.OtherHost));
        }
    }

    public void RecordChange(CircuitStateChange change)
    {
        if (_transitions is { Enabled: true })
        {
            var tags = Tags.Create(change.Key)
                .With(TelemetryNames.StateTag, TelemetryNames.Format(change.State))
                .With(TelemetryNames.PreviousStateTag, TelemetryNames.Format(change.PreviousState))
                .With(TelemetryNames.ReasonTag, TelemetryNames.Format(change.Reason));
            _transitions.Add(1, tags);
        }

        if (change.PreviousState == CircuitState.Open && _openDuration is { Enabled: true })
        {
            _openDuration.Record(change.PreviousDuration.TotalSeconds, Tags.Create(change.Key));
        }
    }

    /// <summary>Includes a registry's circuits in the metrics. Returns a weak reference to pass to <see cref="Remove"/>.</summary>
    public WeakReference<CircuitRegistry> Add(CircuitRegistry registry)
    {
        // If the handlers are not disposed, a finalizer calls Remove. The reference must remain valid until then, because Remove adds the
        // registry's calls to the totals, so that the cumulative counters do not decrease.
        var reference = new WeakReference<CircuitRegistry>(registry, trackResurrection: true);
        lock (_lock)
        {
            _registries.Add(reference);

            // If this registry was removed before, _removed already includes its calls. Subtract them, so that they are not counted twice.
            foreach (var client in registry.Clients)
            {
                _removed[client.Name] = _removed.GetValueOrDefault(client.Name) - Ended(client);
            }
        }

        return reference;
    }

    /// <summary>Excludes a registry's circuits from the metrics. Their calls so far stay in the cumulative counters.</summary>
    public void Remove(WeakReference<CircuitRegistry> reference)
    {
        lock (_lock)
        {
            if (_registries.Remove(reference) && reference.TryGetTarget(out var registry))
            {
                foreach (var client in registry.Clients)
                {
                    _removed[client.Name] = _removed.GetValueOrDefault(client.Name) + Ended(client);
                }
            }
        }
    }

    public void Dispose() => _ownMeter?.Dispose();

    private bool HasOwnSeries(CircuitKey key)
    {
        lock (_rejecting)
        {
            if (!_rejecting.TryGetValue(key.Client, out var circuits))
            {
                _rejecting.Add(key.Client, circuits = []);
            }

            return circuits.Contains(key) || (circuits.Count < MaxCircuitsPerClient && circuits.Add(key));
        }
    }

    private static ClientTotals Ended(ClientCircuits client) => client.Totals() with { InFlight = 0 };

    private void CreateInstruments(Meter meter)
    {
        _failures = meter.CreateCounter<long>(TelemetryNames.Failures, "{request}", "Failed calls, by host and reason.");
        _rejections = meter.CreateCounter<long>(TelemetryNames.Rejections, "{request}", "Rejected calls, by host.");
        _transitions = meter.CreateCounter<long>(TelemetryNames.Transitions, "{transition}", "State changes of circuits.");
        _openDuration = meter.CreateHistogram(
            TelemetryNames.OpenDuration,
            "s",
            "How long circuits stayed open.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600] });
        meter.CreateObservableCounter(TelemetryNames.Requests, Requests, "{request}", "Calls, by outcome.");
        meter.CreateObservableUpDownCounter(TelemetryNames.Circuits, Circuits, "{circuit}", "Circuits, by state.");
        meter.CreateObservableUpDownCounter(
            TelemetryNames.State, States, "{circuit}", "1 for a circuit's state and 0 for its other states. Closed circuits are omitted.");
        meter.CreateObservableGauge(
            TelemetryNames.FailureRatio,
            FailureRatios,
            "1",
            "Share of failed calls when the circuit opened, or of failed probes while it is half-open. Closed circuits are omitted.");
        meter.CreateObservableUpDownCounter(TelemetryNames.InFlight, InFlight, "{request}", "Calls that are waiting for response headers.");
    }

    private List<Measurement<long>> Requests()
    {
        lock (_lock)
        {
            return [.. TotalsByClient().SelectMany(client => Requests(client.Key, client.Value))];
        }
    }

    private IEnumerable<Measurement<long>> Requests(string client, ClientTotals totals)
    {
        // If reading a response body fails, a counted success becomes a failure. A cumulative counter must not decrease, so report its
        // highest value so far.
        var succeeded = Math.Max(_succeeded.GetValueOrDefault(client), totals.Ended.Succeeded);
        _succeeded[client] = succeeded;
        return
        [
            Outcome(client, "success", succeeded),
            Outcome(client, "failure", totals.Ended.Failed),
            Outcome(client, "ignored", totals.Ended.Ignored),
            Outcome(client, "rejected", totals.Rejected),
            Outcome(client, "bypassed", totals.Bypassed),
        ];
    }

    private IEnumerable<Measurement<long>> InFlight()
    {
        lock (_lock)
        {
            return [.. TotalsByClient().Select(client => new Measurement<long>(client.Value.InFlight, ClientTag(client.Key)))];
        }
    }

    private IEnumerable<Measurement<long>> Circuits() =>
        from client in Clients().GroupBy(client => client.Name)
        let counts = client.SelectMany(clients => clients.Shown).CountBy(circuit => circuit.State).ToDictionary()
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
        .SelectMany(client => client.Shown.Where(circuit => circuit.State != CircuitState.Closed).Take(MaxCircuitsPerClient))
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
            return [.. _registries.SelectMany(reference => reference.TryGetTarget(out var registry) ? registry.Clients : [])];
        }
    }

    private static Measurement<long> Outcome(string client, string outcome, long count) =>
        new(count, ClientTag(client).With(TelemetryNames.OutcomeTag, outcome));

    private static TagList ClientTag(string client) => new() { { TelemetryNames.ClientTag, client } };
}
