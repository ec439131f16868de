using System.Diagnostics;
using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Circuits;

/// <summary>One stay of a circuit in one state. Never reused: a permit of an earlier phase can do nothing to a later one.</summary>
internal abstract class Phase(Circuit circuit, int epoch, long since)
{
    public Circuit Circuit => circuit;

    /// <summary>Counts the phases of a circuit.</summary>
    public int Epoch => epoch;

    /// <summary>The epoch in which the stay in this state began, as it was told: recovering goes on with the half-open before it.</summary>
    public virtual int StayEpoch => epoch;

    public long Since => since;

    public abstract CircuitState State { get; }

    /// <summary>The end of a phase that has one.</summary>
    public virtual long? Until => null;

    /// <summary>The calls that this phase admitted; null where it admits none.</summary>
    public virtual CallCounters? Calls => null;

    /// <summary>The share of the calls that arrive which this phase admits, where it admits a share.</summary>
    public virtual double AdmittedShare => State == CircuitState.Closed ? 1 : 0;

    /// <summary>Whether the circuit may have closed this phase's account.</summary>
    protected virtual bool IsOver => !Circuit.IsPresent(this);

    /// <summary>A place where a storey above keeps what it derives from this phase; gone with it.</summary>
    public object? Memo { get; set; }

    public abstract Admission TryAdmit(long now, out Permit permit);

    /// <summary>Asks for the permit of a probe that is sent in the background. Where none is due: rejected.</summary>
    public virtual Admission TryProbe(long now, out Permit permit) => Refuse(Admission.Rejected, out permit);

    /// <summary>Counts a call that this phase admits, or has admitted, as in flight, also when the circuit has moved on.</summary>
    public void Start(long now)
    {
        Calls!.Start(now);
        AccountIfOver(Calls);
    }

    /// <summary>Counts the start of a call that it admitted without counting it, and its end as a success.</summary>
    public virtual void SucceedAtOnce(long now) => throw new UnreachableException($"{GetType().Name} counts each call that it admits.");

    /// <summary>Takes the verdict on a call that this phase admitted and that was counted, also when the circuit has moved on.</summary>
    public virtual void Settle(in Permit permit, in CallResult verdict, long now) =>
        throw new UnreachableException($"{GetType().Name} admits no call, so none can end.");

    /// <summary>Takes the verdict on the body of a call that succeeded up to its headers.</summary>
    public virtual void SettleBody(in Permit permit, in CallResult verdict, long now)
    {
        if (verdict.Outcome == CircuitOutcome.Failure && Calls is { } calls)
        {
            calls.FailInBody();
            AccountIfOver(calls);
        }
    }

    public virtual WindowCounts Evidence(long now) => default;

    /// <summary>Failed calls / calls, of those that count here.</summary>
    public virtual double FailureRatio(long now) => Evidence(now).Ratio;

    /// <summary>
    /// Comes after whatever changes the account. Counted first, looked second: whoever ends this phase and closes its account either sees the
    /// change, or is seen here.
    /// </summary>
    protected void AccountIfOver(CallCounters calls)
    {
        if (IsOver)
        {
            Circuit.AccountLate(calls);
        }
    }

    protected Admission Admit(long now, out Permit permit)
    {
        Start(now);
        permit = new Permit(this, now, isStarted: true);
        return Admission.Admitted;
    }

    protected static Admission Refuse(Admission answer, out Permit permit)
    {
        permit = default;
        return answer;
    }
}
