using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Telemetry;

[Collection(HandlerAlone.Name)]
public sealed partial class InstrumentTests
{
    [Fact]
    public void Meter_has_exactly_the_expected_instruments_types_and_units()
    {
        var seen = Instruments();

        Assert.All(seen, instrument => Assert.NotEmpty(instrument.Description!));
        Assert.Equal(
            [
                "Counter`1 http_circuit_breaker.failures {request}",
                "Counter`1 http_circuit_breaker.rejections {request}",
                "Counter`1 http_circuit_breaker.transitions {transition}",
                "Histogram`1 http_circuit_breaker.open.duration s",
                "ObservableCounter`1 http_circuit_breaker.requests {request}",
                "ObservableGauge`1 http_circuit_breaker.failure.ratio 1",
                "ObservableUpDownCounter`1 http_circuit_breaker.circuits {circuit}",
                "ObservableUpDownCounter`1 http_circuit_breaker.in_flight {request}",
                "ObservableUpDownCounter`1 http_circuit_breaker.state {circuit}",
            ],
            seen.Select(instrument => $"{instrument.GetType().Name} {instrument.Name} {instrument.Unit}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Operating_page_lists_every_instrument_with_its_kind()
    {
        var documented = Rows().Matches(Repository.Read("src/Http.CircuitBreaker/docs/operating.md"))
            .Select(row => (row.Groups["name"].Value, row.Groups["kind"].Value));

        Assert.Equal(Instruments().Select(instrument => (instrument.Name, Kind(instrument))).Order(), documented.Order());

        static string Kind(Instrument instrument) => instrument.GetType().Name switch
        {
            "Counter`1" or "ObservableCounter`1" => "counter",
            "ObservableUpDownCounter`1" => "up-down counter",
            "ObservableGauge`1" => "gauge",
            "Histogram`1" => "histogram",
            var other => other,
        };
    }

    [Fact]
    public void Histogram_buckets_range_from_a_second_to_an_hour()
    {
        using var rig = new RegistryRig(["c"]);
        _ = rig.Registry;
        using var collector = rig.Collect<double>("http_circuit_breaker.open.duration");

        Assert.Equal([1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600], ((Histogram<double>)collector.Instrument!).Advice!.HistogramBucketBoundaries!);
    }

    [Fact]
    public async Task Standalone_handlers_share_one_set_of_instruments()
    {
        using var one = new HandlerRig();
        using var other = new HandlerRig();
        var requests = new List<Instrument>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument is { Name: "http_circuit_breaker.requests", Meter.Scope: null })
                {
                    requests.Add(instrument);
                }
            },
        };
        await one.SendAsync();
        await other.SendAsync();

        listener.Start();

        Assert.Single(requests);
    }

    [Fact]
    public async Task Disposing_the_last_handler_removes_its_circuits_from_metrics()
    {
        var rig = new HandlerRig();
        var second = new CircuitBreakerHandler(rig.Options, rig.Handler.Circuits);
        await rig.SendAsync();
        using var circuits = new MeterListener
        {
            InstrumentPublished = (instrument, it) =>
            {
                if (instrument is { Name: "http_circuit_breaker.circuits", Meter.Scope: null })
                {
                    it.EnableMeasurementEvents(instrument);
                }
            },
        };
        var count = 0L;
        circuits.SetMeasurementEventCallback<long>((_, measurement, _, _) => count += measurement);
        circuits.Start();
        var before = Count();

        second.Dispose();
        second.Dispose();
        Assert.Equal(before, Count());

        // This collection runs alone, so handlers left by earlier tests do not change the count.
        rig.Dispose();
        Assert.Equal(before - 1, Count());

        long Count()
        {
            count = 0;
            circuits.RecordObservableInstruments();
            return count;
        }
    }

    private static List<Instrument> Instruments()
    {
        var seen = new List<Instrument>();
        using var rig = new RegistryRig(["c"]);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Scope == rig.MeterScope && instrument.Meter.Name == "Http.CircuitBreaker")
            {
                seen.Add(instrument);
            }
        };
        _ = rig.Registry;
        listener.Start();
        return seen;
    }

    [GeneratedRegex(@"^\| `(?<name>http_circuit_breaker\.[a-z_.]+)` \| (?<kind>[a-z -]+) \|", RegexOptions.Multiline)]
    private static partial Regex Rows();
}
