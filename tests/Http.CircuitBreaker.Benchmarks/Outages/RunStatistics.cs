namespace Http.CircuitBreaker.Benchmarks.Outages;

/// <summary>What the callers and the host went through in one run.</summary>
internal sealed class Tally(OutageScript script, VirtualTime time)
{
    // Slower than that is not served well, even if the answer is right in the end.
    private static readonly TimeSpan _bearable = TimeSpan.FromSeconds(1);

    // Below this share of calls served well, a second is not a second of service.
    private const double Service = 0.9;

    private readonly int[] _arrivals = new int[(int)script.Length.TotalSeconds + 1];
    private readonly int[] _well = new int[(int)script.Length.TotalSeconds + 1];
    private readonly int[] _sent = new int[(int)script.Length.TotalSeconds + 1];
    private readonly TimeSpan?[] _opened = new TimeSpan?[script.Instances];
    private TimeSpan _wasted;
    private int _inFlight;
    private int _peak;
    private int _sentIntoOutage;
    private int _goodRefused;
    private int _relapse;
    private int _openings;

    public void Begin() => _peak = Math.Max(_peak, ++_inFlight);

    public void Received(bool inOutage)
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

    /// <summary>A call that failed wasted all of its caller's time; one that was served, what it took beyond its time on the healthy host.</summary>
    public void End(FinishedCall end, TimeSpan arrival, TimeSpan took, TimeSpan healthy, bool wasGoodCallRefused, bool isInRelapse)
    {
        _inFlight--;
        _arrivals[(int)arrival.TotalSeconds]++;
        _goodRefused += wasGoodCallRefused ? 1 : 0;
        _relapse += wasGoodCallRefused && isInRelapse ? 1 : 0;
        if (end == FinishedCall.Served)
        {
            _well[(int)arrival.TotalSeconds] += took < _bearable ? 1 : 0;
            _wasted += took > healthy ? took - healthy : TimeSpan.Zero;
        }
        else
        {
            _wasted += took;
        }
    }

    public Figures Sum() => new()
    {
        // The host is shielded when the last process has opened.
        UntilOpen = _opened.All(opened => opened is not null) ? _opened.Max()!.Value.TotalSeconds : null,
        Sent = _sentIntoOutage,
        Wasted = _wasted.TotalSeconds,
        Peak = _peak,
        UntilBack = UntilBack(),
        GoodRefused = _goodRefused,
        Relapse = _relapse,
        Openings = _openings,
        SentBySecond = _sent,
    };

    private double? UntilBack()
    {
        if (script.Spells.Count == 0)
        {
            return 0;
        }

        var (recovery, end) = ((int)Math.Ceiling(script.Recovery.TotalSeconds), (int)script.Length.TotalSeconds);
        var lastBad = Enumerable.Range(recovery, end - recovery).LastOrDefault(second => _well[second] < Service * _arrivals[second], recovery - 1);
        return lastBad == end - 1 ? null : lastBad + 1 - recovery;
    }
}
