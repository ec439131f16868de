using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Circuits;

/// <summary>The accounts of the phases that are over. Late results still arrive in them, so each is kept until its calls have ended.</summary>
/// <remarks>Most circuits stay closed for good and have none.</remarks>
internal sealed class Ledger
{
    private CallTotals _settled;
    private List<CallCounters>? _unsettled;

    /// <summary>Takes over a phase that has just been replaced: after the replacement no call is admitted to it any more.</summary>
    public void Keep(CallCounters calls)
    {
        (_unsettled ??= []).Add(calls);
        FoldSettled();
    }

    /// <summary>Moves what failed in its body after the account was folded.</summary>
    public void Amend(CallCounters calls)
    {
        if (_unsettled?.Contains(calls) != true)
        {
            var moved = calls.TakeFailedInBodySinceFolded();
            _settled += new CallTotals(-moved, moved, 0);
        }
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
            var its = calls.Ended;
            ended += its;
            inFlight += Math.Max(0, calls.Started - its.Count);
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
