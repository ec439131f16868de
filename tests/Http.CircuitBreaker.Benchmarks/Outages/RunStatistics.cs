namespace Http.CircuitBreaker.Benchmarks.Outages;

/// <summary>Collects the statistics of one run.</summary>
internal sealed class RunStatistics(OutageScript script, VirtualTime time)
{
    // A successful call is served well if it is faster than this.
    private static readonly TimeSpan _wellServedLimit = TimeSpan.FromSeconds(1);

    // The service is back in a second with at least this share of well-served calls.
    private const double BackShare = 0.9;

    private readonly int[] _arrivals = new int[(int)script.Length.TotalSeconds + 1];
    private readonly int[] _servedWell = new int[(int)script.Length.TotalSeconds + 1];
    private readonly int[] _sent = new int[(int)script.Length.TotalSeconds + 1];
    private readonly TimeSpan?[] _opened = new TimeSpan?[script.Instances];
    private TimeSpan _wasted;
    private int _inFlight;
    private int _peak;
    private int _sentIntoOutage;
    private int _goodRejected;
    private int _rejectedAfterOverload;
    private int _openings;

    public void CallStarted() => _peak = Math.Max(_peak, ++_inFlight);

    public void CallReceived(bool inOutage)
    {
        _sent[(int)time.Now.TotalSeconds]++;
        _sentIntoOutage += inOutage ? 1 : 0;
    }

    public void Opened(int instance)
    {
        _openings++;
        if (time.Now >= script.Outage)
        {
            _opened[instance] ??= time.Now - script.Outage;
        }
    }

    /// <summary>
    /// Records a call. A failed or rejected call wastes all of its duration, a served call the part beyond its duration on the healthy
    /// host.
    /// </summary>
    public void CallEnded(CallOutcome outcome, TimeSpan arrival, TimeSpan took, TimeSpan healthy, bool wasGoodCall, bool isAfterOverload)
    {
        _inFlight--;
        _arrivals[(int)arrival.TotalSeconds]++;
        _goodRejected += wasGoodCall ? 1 : 0;
        _rejectedAfterOverload += wasGoodCall && isAfterOverload ? 1 : 0;
        if (outcome == CallOutcome.Served)
        {
            _servedWell[(int)arrival.TotalSeconds] += took < _wellServedLimit ? 1 : 0;
            _wasted += took > healthy ? took - healthy : TimeSpan.Zero;
        }
        else
        {
            _wasted += took;
        }
    }

    public Figures ToFigures() => new()
    {
        // The host is protected only when every process has opened.
        UntilOpen = _opened.All(opened => opened is not null) ? _opened.Max()!.Value.TotalSeconds : null,
        Sent = _sentIntoOutage,
        Wasted = _wasted.TotalSeconds,
        Peak = _peak,
        UntilBack = UntilBack(),
        GoodRejected = _goodRejected,
        RejectedAfterOverload = _rejectedAfterOverload,
        Openings = _openings,
        SentBySecond = _sent,
    };

    private double? UntilBack()
    {
        if (script.FaultPeriods.Count == 0)
        {
            return 0;
        }

        var (recovery, end) = ((int)Math.Ceiling(script.Recovery.TotalSeconds), (int)script.Length.TotalSeconds);
        var lastBad = Enumerable.Range(recovery, end - recovery).LastOrDefault(second => _servedWell[second] < BackShare * _arrivals[second], recovery - 1);
        return lastBad == end - 1 ? null : lastBad + 1 - recovery;
    }
}
