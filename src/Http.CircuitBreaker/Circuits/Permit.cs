namespace Http.CircuitBreaker.Circuits;

/// <summary>What an admission hands out. It belongs to the phase that admitted the call and is settled with that phase, once.</summary>
internal readonly struct Permit(Phase phase, long admittedAt, Probe? probe = null)
{
    public Circuit Circuit => phase.Circuit;

    public long AdmittedAt => admittedAt;

    public Probe? Probe => probe;

    public void Settle(in Verdict verdict, long now)
    {
        if (verdict.Reason is not null)
        {
            Circuit.LastFailureReason = verdict.Reason;
        }

        phase.Settle(in this, in verdict, now);
    }
}
