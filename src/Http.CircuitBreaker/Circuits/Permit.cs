namespace Http.CircuitBreaker.Circuits;

/// <summary>What an admission hands out. It belongs to the phase that admitted the call and is settled with that phase, once.</summary>
internal readonly struct Permit(Phase phase, long admittedAt, Probe? probe = null)
{
    public Circuit Circuit => phase.Circuit;

    public Phase Phase => phase;

    public long AdmittedAt => admittedAt;

    public Probe? Probe => probe;

    public void Settle(in Verdict verdict, long now)
    {
        NoteFailure(in verdict);
        phase.Settle(in this, in verdict, now);
    }

    /// <summary>The end of a body that was announced with <see cref="Verdict.IsBodyToCome"/>: success or failure, once.</summary>
    public void SettleBody(in Verdict verdict, long now)
    {
        NoteFailure(in verdict);
        phase.SettleBody(in this, in verdict, now);
    }

    private void NoteFailure(in Verdict verdict)
    {
        if (verdict.Reason is not null)
        {
            Circuit.LastFailureReason = verdict.Reason;
        }
    }
}
