using System.Collections.Concurrent;
using Http.CircuitBreaker.Benchmarks.Outages.Contenders;

namespace Http.CircuitBreaker.Benchmarks.Outages.Curve;

/// <summary>Measures the time until a total outage is detected, and false openings without one, at several levels of noise.</summary>
internal static class DetectionCurve
{
    private const int Outages = 51;
    private const int HealthyCalls = 1_000_000;
    private const int CallsBeforeOutage = 1500;
    private const int MaxCallsInOutage = 15_000;

    // The call numbers of the runs must not overlap.
    private const long CallsPerRun = 10_000_000;

    // No healthy host is as noisy as the last three; they show where each contender opens by mistake.
    private static readonly double[] _noises = [0.005, 0.01, 0.05, 0.1, 0.2, 0.3];

    public static IReadOnlyList<Contender> Contenders { get; } =
        [.. AllContenders.Defaults.Where(contender => contender != AllContenders.None)];

    /// <summary>Returns the points ordered by noise, then by contender.</summary>
    public static IReadOnlyList<DetectionPoint> Measure()
    {
        var cases = _noises.SelectMany(noise => Contenders.Select(contender => (contender, noise))).ToArray();
        var points = new DetectionPoint[cases.Length];
        Parallel.ForEach(
            Partitioner.Create(cases.Index(), EnumerablePartitionerOptions.NoBuffering),
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            item => points[item.Index] = Measure(item.Item.contender, item.Item.noise));
        return points;
    }

    private static DetectionPoint Measure(Contender contender, double noise)
    {
        var outages = Enumerable.Range(1, Outages).Select(run => Detect(contender, noise, run * CallsPerRun)).Order().ToArray();
        var (calls, seconds) = outages[Outages / 2];
        var isDetected = calls < MaxCallsInOutage;
        var falseOpenings = FalseOpenings(contender, noise) * 1_000_000.0 / HealthyCalls;
        return new DetectionPoint(contender, noise, isDetected ? calls : null, isDetected ? seconds : null, falseOpenings);
    }

    private static int FalseOpenings(Contender contender, double noise)
    {
        using var process = new NoisyProcess(contender, firstCall: 0) { Failing = noise };
        Send(process, HealthyCalls);
        return process.Openings;
    }

    private static (int Calls, double Seconds) Detect(Contender contender, double noise, long firstCall)
    {
        using var process = new NoisyProcess(contender, firstCall) { Failing = noise };
        Send(process, CallsBeforeOutage);
        var (start, openings, calls) = (process.Now, process.Openings, 0);
        process.Failing = 1;
        while (process.Openings == openings && calls < MaxCallsInOutage)
        {
            process.SendNext();
            calls++;
        }

        return (calls, (process.Now - start).TotalSeconds);
    }

    private static void Send(NoisyProcess process, int calls)
    {
        for (var i = 0; i < calls; i++)
        {
            process.SendNext();
        }
    }
}
