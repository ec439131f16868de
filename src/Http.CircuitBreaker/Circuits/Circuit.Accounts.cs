using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Circuits;

// Who has counted what: the present phase, those before it, and, for a retired circuit, who took its accounts over.
internal sealed partial class Circuit
{
    public (CallTotals Ended, long InFlight, long Rejected) Accounts()
    {
        lock (this)
        {
            var (ended, inFlight) = Sum();
            return (ended, inFlight, Volatile.Read(ref _rejected));
        }
    }

    /// <summary>What has ended and was rejected since this was asked last, for who keeps the accounts of a retired circuit.</summary>
    public (CallTotals Ended, long InFlight, long Rejected) TakeAccounts()
    {
        lock (this)
        {
            var ended = (_ledger ??= new Ledger()).TakeEnded(_phase.Calls, _unguarded?.Calls);
            return (ended, Sum().InFlight, Interlocked.Exchange(ref _rejected, 0));
        }
    }

    /// <summary>A call has come to the account of a phase that is over, which the ledger may have closed already.</summary>
    public void AccountLate(CallCounters calls)
    {
        lock (this)
        {
            if (calls != _unguarded?.Calls)
            {
                (_ledger ??= new Ledger()).Keep(calls);
            }
        }

        TellIfRetired();
    }

    // Its accounts may be closed too.
    private void TellIfRetired()
    {
        if (Phase is EvictedPhase)
        {
            _context.Events.OnAccountLate(this);
        }
    }

    private (CallTotals Ended, long InFlight) Sum() => Ledger.Sum(_ledger, _phase.Calls, _unguarded?.Calls);
}
