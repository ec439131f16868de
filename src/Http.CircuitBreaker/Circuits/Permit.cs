namespace Http.CircuitBreaker.Circuits;

/// <summary>What an admission hands out. It belongs to the phase that admitted the call and is settled with that phase, once.</summary>
/// <param name="phase">The phase that admitted the call.</param>
/// <param name="admittedAt">When.</param>
/// <param name="isStarted">Whether the phase has counted the call as in flight; one that puts this off leaves it to the permit's holder.</param>
/// <param name="probe">The slot of a probe.</param>
internal readonly struct Permit(Phase phase, long admittedAt, bool isStarted, Probe? probe = null)
{
    // The flag is the lowest bit: a word of its own would be copied into the state machine of each call that does not end at once.
    private readonly long _admission = (admittedAt << 1) | (isStarted ? 1L : 0L);

    public Circuit Circuit => phase.Circuit;

    public Phase Phase => phase;

    public long AdmittedAt => _admission >> 1;

    public Probe? Probe => probe;

    private bool IsStarted => (_admission & 1) != 0;

    /// <summary>For a call that did not end at once, or that may keep its thread: counts it as in flight, if the phase has not. It has to be settled then.</summary>
    public void Start()
    {
        if (!IsStarted)
        {
            phase.Start(AdmittedAt);
        }
    }

    /// <summary>In place of a start and its settlement, for a success at once.</summary>
    public void SucceedAtOnce()
    {
        if (IsStarted)
        {
            Settle(CallResult.Success, AdmittedAt);
        }
        else
        {
            phase.SucceedAtOnce(AdmittedAt);
        }
    }

    /// <summary>The end of a call that was started.</summary>
    public void Settle(in CallResult verdict, long now)
    {
        NoteFailure(in verdict);
        phase.Settle(in this, in verdict, now);
    }

    /// <summary>The end of a body that was announced with <see cref="CallResult.IsBodyToCome"/>: success or failure, once.</summary>
    public void SettleBody(in CallResult verdict, long now)
    {
        NoteFailure(in verdict);
        phase.SettleBody(in this, in verdict, now);
    }

    private void NoteFailure(in CallResult verdict)
    {
        if (verdict.Reason is not null)
        {
            Circuit.LastFailureReason = verdict.Reason;
        }
    }
}
