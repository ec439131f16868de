using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Circuits;

/// <summary>The second half of half-open: the probes have succeeded, and the calls come back step by step, as TCP does in its slow start.</summary>
/// <remarks>
/// <para>
/// There are ten steps of a tenth of <c>RecoveryDuration</c>. The first admits one call in 1,024, each next one twice that share, the last
/// one half of all; then the circuit closes. A step counts the calls that arrive in it and admits the first and every n-th after it:
/// with few calls each step has at least one, and a lull leads to no burst.
/// </para>
/// <para>
/// Time alone does not end a step, it needs a success; without one it begins again and admits another call. A step whose failures reach the
/// failure ratio is followed by the step before it, the first by an open circuit. Results count in the step in which they come: when the
/// host falls, its calls end one after the other and the circuit is open within a moment.
/// </para>
/// </remarks>
internal sealed class RecoveringPhase(Circuit circuit, Phase before, long now, CircuitSettings settings)
    : Phase(circuit, before.Epoch + 1, before is HalfOpenPhase ? before.Since : now)
{
    private const int Steps = 10;

    private readonly CallCounters _calls = new();
    private readonly long _stepDuration = StepDuration(settings);
    private readonly int _stayEpoch = before is HalfOpenPhase ? before.Epoch : before.Epoch + 1;
    private int _step;
    private int _arrived;
    private int _succeeded;
    private int _failed;
    private long _stepEnd = now + StepDuration(settings);

    public override CircuitState State => CircuitState.HalfOpen;

    public override int StayEpoch => _stayEpoch;

    public override CallCounters Calls => _calls;

    public override double AdmittedShare => 1.0 / CallsPerAdmission;

    /// <summary>Whether it ever went beyond its first step.</summary>
    public bool HasProgressed { get; private set; }

    private int CallsPerAdmission => 1 << (Steps - Volatile.Read(ref _step));

    public override Admission TryAdmit(long now, out Permit permit)
    {
        if (now - Volatile.Read(ref _stepEnd) >= 0 && Circuit.EndStep(this, now))
        {
            return Refuse(Admission.Superseded, out permit);
        }

        // The first arrival and every n-th after it: modulo a power of two, which survives an overflow.
        return ((Interlocked.Increment(ref _arrived) - 1) & (CallsPerAdmission - 1)) != 0
            ? Refuse(Admission.Rejected, out permit)
            : Admit(now, out permit);
    }

    public override void Settle(in Permit permit, in CallResult verdict, long now)
    {
        _calls.End(verdict.Outcome);
        Circuit.SettleRecovering(this, in verdict, inBody: false, now);
    }

    public override void SettleBody(in Permit permit, in CallResult verdict, long now)
    {
        base.SettleBody(in permit, in verdict, now);
        if (verdict.Outcome == CircuitOutcome.Failure)
        {
            Circuit.SettleRecovering(this, in verdict, inBody: true, now);
        }
    }

    public override WindowCounts Evidence(long now) => new(_succeeded + _failed, _failed, Overdue: 0);

    public bool OpensAtOnce(in CallResult verdict) => TripRule.OpensAtOnce(settings, in verdict);

    /// <summary>Goes on to the next step, or begins the same anew if nothing has succeeded in it. Under the gate, like all that follows.</summary>
    /// <returns>Whether the last step is over.</returns>
    public bool EndStep(long now)
    {
        if (now - _stepEnd < 0)
        {
            return false;
        }

        return GoTo(_succeeded > 0 ? _step + 1 : _step, now) == Steps;
    }

    /// <summary>Takes a result.</summary>
    /// <returns>Whether the circuit opens.</returns>
    public bool Opens(in CallResult verdict, bool inBody, long now)
    {
        switch (verdict.Outcome)
        {
            case CircuitOutcome.Success:
                _succeeded++;
                return false;
            case CircuitOutcome.Failure:
                _failed++;
                _succeeded -= inBody && _succeeded > 0 ? 1 : 0;
                return OpensAtOnce(in verdict) || (Evidence(now).Ratio >= settings.FailureRatio && GoTo(_step - 1, now) < 0);
            default:
                return false;
        }
    }

    private static long StepDuration(CircuitSettings settings) => Math.Max(1, settings.RecoveryDuration / Steps);

    private int GoTo(int step, long now)
    {
        if (step is >= 0 and < Steps)
        {
            (_succeeded, _failed) = (0, 0);
            HasProgressed |= step > 0;
            Volatile.Write(ref _step, step);
            Volatile.Write(ref _stepEnd, now + _stepDuration);
            Volatile.Write(ref _arrived, 0);
        }

        return step;
    }
}
