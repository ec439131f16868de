using Http.CircuitBreaker.Benchmarks.Outages.Scripts;
using Http.CircuitBreaker.Benchmarks.Outages.Traffic;

namespace Http.CircuitBreaker.Benchmarks.Outages.Results;

/// <summary>Collects the statistics of one run.</summary>
internal sealed class RunStatistics(OutageScript script, VirtualTime time)
{
    // A successful call is served well if it is faster than this.
    private static readonly TimeSpan _wellServedLimit = TimeSpan.FromSeconds(1);

    // The service is back in a second with at least this share of well-served calls.
    private const double BackShare = 0.9;

    private readonly Second[] _seconds = new Second[(int)script.Length.TotalSeconds + 1];
    private readonly TimeSpan?[] _opened = new TimeSpan?[script.Processes];
    private TimeSpan _wasted;
    private int _calls;
    private int _attempts;
    private int _inFlight;
    private int _peak;
    private int _sentIntoOutage;
    private int _openings;

    public void CallStarted()
    {
        _calls++;
        _peak = Math.Max(_peak, ++_inFlight);
    }

    public void CallReceived(bool inOutage)
    {
        _attempts++;
        _sentIntoOutage += inOutage ? 1 : 0;
        SecondAt(time.Now).Sent++;
    }

    public void Opened(int process)
    {
        _openings++;
        if (time.Now >= script.Outage)
        {
            _opened[process] ??= time.Now - script.Outage;
        }
    }

    /// <summary>
    /// Records a call. A failed or rejected call wastes all of its duration, a served call the part beyond its duration on the healthy
    /// host.
    /// </summary>
    public void CallEnded(CallOutcome outcome, TimeSpan arrival, TimeSpan healthy, bool isGood)
    {
        _inFlight--;
        var took = time.Now - arrival;
        ref var second = ref SecondAt(arrival);
        second.Arrived++;
        if (outcome == CallOutcome.Served)
        {
            second.Served++;
            second.ServedWell += took < _wellServedLimit ? 1 : 0;
            _wasted += took > healthy ? took - healthy : TimeSpan.Zero;
        }
        else
        {
            second.GoodNotServed += isGood ? 1 : 0;
            second.GoodRejected += isGood && outcome == CallOutcome.Rejected ? 1 : 0;
            _wasted += took;
        }
    }

    public Figures ToFigures()
    {
        var lost = _seconds.Select(LostIn).ToArray();
        return new()
        {
            // The host is protected only when every process has opened.
            UntilOpen = _opened.All(opened => opened is not null) ? _opened.Max()!.Value.TotalSeconds : null,
            Sent = _sentIntoOutage,
            Attempts = (double)_attempts / _calls,
            Wasted = _wasted.TotalSeconds,
            Peak = _peak,
            UntilBack = UntilBack(),
            Lost = lost.Sum(),
            GoodRejected = lost.Zip(_seconds, (count, second) => Math.Min(count, second.GoodRejected)).Sum(),
            Openings = _openings,
            SentBySecond = [.. _seconds.Select(second => second.Sent)],
        };
    }

    // Calls beyond the capacity of the host are not lost, because no caller could have had them served.
    private double LostIn(Second second, int start) =>
        Math.Clamp(script.CapacityAt(TimeSpan.FromSeconds(start)) - second.Served, 0, second.GoodNotServed);

    private double? UntilBack()
    {
        if (script.FaultPeriods.Count == 0)
        {
            return 0;
        }

        var (recovery, end) = ((int)Math.Ceiling(script.Recovery.TotalSeconds), (int)script.Length.TotalSeconds);
        var lastBad = Enumerable.Range(recovery, end - recovery)
            .LastOrDefault(second => _seconds[second].ServedWell < BackShare * _seconds[second].Arrived, recovery - 1);
        return lastBad == end - 1 ? null : lastBad + 1 - recovery;
    }

    // Retries can be sent after the last call has arrived.
    private ref Second SecondAt(TimeSpan time) => ref _seconds[Math.Min((int)time.TotalSeconds, _seconds.Length - 1)];

    private struct Second
    {
        public int Arrived;
        public int Served;
        public int ServedWell;
        public int Sent;
        public int GoodNotServed;
        public int GoodRejected;
    }
}
