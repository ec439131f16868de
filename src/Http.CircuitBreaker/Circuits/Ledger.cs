using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Circuits;

/// <summary>The accounts of the phases that are over. Late results still arrive in them, so each is kept until its calls have ended.</summary>
/// <remarks>Most circuits stay closed for good and have none.</remarks>
internal sealed class Ledger
{
    private CallTotals _settled;
    private List<CallCounters>? _unsettled;

    /// <summary>Takes over a phase that is over, or takes it back: a call may come to it that nobody has seen yet.</summary>
    public void Keep(CallCounters calls)
    {
        if (_unsettled?.Contains(calls) != true)
        {
            (_unsettled ??= []).Add(calls);
        }

        FoldSettled();
    }

    /// <summary>What has ended since this was asked last, in the counters of today too.</summary>
    public CallTotals TakeEnded(params ReadOnlySpan<CallCounters?> present)
    {
        var ended = _settled;
        _settled = default;
        foreach (var calls in present)
        {
            ended += calls?.Fold() ?? default;
        }

        foreach (var calls in _unsettled ?? [])
        {
            ended += calls.Fold();
        }

        return ended;
    }

    /// <summary>What a ledger, if there is one, and the counters of today come to.</summary>
    public static (CallTotals Ended, long InFlight) Sum(Ledger? ledger, params ReadOnlySpan<CallCounters?> present)
    {
        ledger?.FoldSettled();
        var (ended, inFlight) = (ledger?._settled ?? default, 0L);
        foreach (var calls in present)
        {
            Add(calls, ref ended, ref inFlight);
        }

        foreach (var calls in ledger?._unsettled ?? [])
        {
            Add(calls, ref ended, ref inFlight);
        }

        return (ended, inFlight);
    }

    private static void Add(CallCounters? calls, ref CallTotals ended, ref long inFlight)
    {
        if (calls is not null)
        {
            ended += calls.EndedSinceFolded;
            inFlight += calls.InFlight;
        }
    }

    private void FoldSettled()
    {
        for (var i = (_unsettled?.Count ?? 0) - 1; i >= 0; i--)
        {
            if (_unsettled![i].InFlight == 0)
            {
                _settled += _unsettled[i].Fold();
                _unsettled.RemoveAt(i);
            }
        }

        if (_unsettled is { Count: 0 })
        {
            _unsettled = null;
        }
    }
}
