using System.Runtime.CompilerServices;
using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Circuits;

/// <summary>The circuit breaker for one host. The phase decides on state changes; the circuit performs and publishes them.</summary>
/// <remarks>
/// A phase object represents the current state. A closed circuit opens as follows. <see cref="Record"/> passes the result of a call to
/// <see cref="ClosedPhase"/>, which counts it (<see cref="CallCounters"/>, <see cref="RollingWindow"/>, <see cref="OverdueCalls"/>,
/// <see cref="ConsecutiveFailureCounter"/>) and asks <see cref="TripRule"/>. Each new call also checks <see cref="OverdueCalls"/> and
/// <see cref="Silence"/>. If the phase returns a <see cref="Transition"/>, the circuit performs it under the lock, unless another thread
/// has already changed the phase. The circuit itself is the lock, because a lock object would cost another 40 bytes per host.
/// </remarks>
internal sealed class Circuit
{
    private Phase _phase;
    private CircuitSettings _settings;
    private OutageReports? _reports;
    private string? _lastFailureReason;
    private Outage _outage;
    private long _rejected;
    private long _wouldHaveRejected;
    private int _reportedCallbacks;
    private uint _use;

    public Circuit(CircuitKey key, CircuitSettings settings, CircuitContext context)
    {
        Key = key;
        Context = context;
        _settings = settings;
        _use = RecentUse.Create(context.Clock.Now);
        Counters.DetectSlowness(settings.DetectsSlowness);
        _phase = new ClosedPhase(epoch: 1, context.Clock.Now, settings, Counters);
    }

    public CircuitKey Key { get; }

    public CircuitContext Context { get; }

    public CircuitSettings Settings => Volatile.Read(ref _settings);

    public Phase Phase => Volatile.Read(ref _phase);

    public CircuitState State => Phase.State;

    public CallCounters Counters { get; } = new();

    public long Rejected => Volatile.Read(ref _rejected);

    /// <summary>The number of calls that were sent in <see cref="CircuitBreakerMode.Observe"/> mode instead of being rejected.</summary>
    public long WouldHaveRejected => Volatile.Read(ref _wouldHaveRejected);

    public double FailureRatio => Phase.Evidence(Context.Clock.Now).Ratio;

    public int ConsecutiveOpenings => _outage.ConsecutiveOpenings;

    public string? LastFailureReason => Volatile.Read(ref _lastFailureReason);

    public Admission TryAdmit(long now, out Permit permit, bool isUntimed = false)
    {
        var settings = Settings;
        if (settings.Mode == CircuitBreakerMode.Disabled)
        {
            permit = default;
            return Admission.Bypassed;
        }

        Admission answer;
        do
        {
            answer = TryAdmit(Phase, ref now, settings, mayProbe: !settings.ProbesInBackground, isUntimed, out permit);
        }
        while (answer == Admission.Superseded);

        return answer == Admission.Rejected ? Reject(settings, now, ref permit) : answer;
    }

    public void Record(in Permit permit, in CallResult result, long now)
    {
        var phase = Phase;
        var isLate = !ReferenceEquals(phase, permit.Phase);
        var isAnswer = result.IsAnswer && !permit.IsObserved;
        SetLastFailureReason(result.Reason);
        if (!result.IsBody)
        {
            if (isAnswer && Counters.Usual is { } usual && !permit.IsUntimed)
            {
                usual.Add(now - permit.AdmittedAt, now);
            }

            Counters.Silence.End(permit.AdmittedAt, now, isAnswer, result.IsCanceled, isExempt: isLate || permit.IsUntimed);
        }

        var transition = isLate ? OnLateResult(phase, in result, isAnswer, now) : phase.Record(in permit, in result, now, Settings);
        var isEntered = transition is not null && TryEnter(phase, transition);
        if (permit.Probe is { } probe)
        {
            Context.EndLease(this, probe.Token, in result, now);
        }

        if (isEntered)
        {
            Publish();
        }
    }

    /// <summary>Performs a transition and returns true, unless it is null or the circuit has already left the phase.</summary>
    /// <remarks>Advances <paramref name="now"/> by the time spent in listeners, so that the call's duration excludes that time.</remarks>
    public bool Apply(Phase from, Transition? transition, ref long now)
    {
        if (transition is null || !TryEnter(from, transition))
        {
            return false;
        }

        var before = Context.Clock.Now;
        Publish();
        now += Context.Clock.Now - before;
        return true;
    }

    public void Apply(CircuitSettings settings, long now)
    {
        lock (this)
        {
            Volatile.Write(ref _settings, settings);
            Counters.DetectSlowness(settings.DetectsSlowness);
            (_phase as ClosedPhase)?.Apply(settings, now);
        }
    }

    /// <summary>Evicts the circuit if its phase permits this, no call is in flight, and it is unused or hidden from snapshots.</summary>
    public bool TryEvict(long now)
    {
        lock (this)
        {
            var isInUse = RecentUse.Update(ref _use, (uint)(Counters.Started + Rejected), now);
            if ((isInUse && !IsGone(now)) || Counters.InFlight > 0 || !_phase.MayBeEvicted(now, Settings))
            {
                return false;
            }

            Volatile.Write(ref _phase, new EvictedPhase(_phase.Epoch + 1, now));
            return true;
        }
    }

    /// <summary>Whether the circuit is hidden from snapshots because it has received no calls for a long time after its break.</summary>
    public bool IsGone(long now) => now > Phase.GoneAt(Settings);

    /// <summary>Gets the number of rejected calls for the next periodic summary. Returns false if the summary is not due yet.</summary>
    public bool TrySummarizeRejections(long now, out long calls, out double seconds)
    {
        (calls, seconds) = (0, 0);
        return _reports?.TrySummarize(now, in _outage, Rejected + WouldHaveRejected, out calls, out seconds) == true;
    }

    public bool IsFirst(UserCallback callback) => (Interlocked.Or(ref _reportedCallbacks, (int)callback) & (int)callback) == 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Admission TryAdmit(Phase phase, ref long now, CircuitSettings settings, bool mayProbe, bool isUntimed, out Permit permit)
    {
        permit = default;
        var answer = phase.TryAdmit(now, settings, out var transition);
        switch (answer)
        {
            case Admission.Admitted:
                permit = Admit(isUntimed ? new UntimedCall(phase) : phase, now, isUntimed);
                if (isUntimed)
                {
                    (phase as ClosedPhase)?.ExemptFromOverdue(now);
                }

                return answer;
            case Admission.ProbeDue:
                return mayProbe ? this.TryProbe(phase, ref now, settings, isUntimed, out permit) : Admission.Rejected;
            default:
                Apply(phase, transition, ref now);
                return answer;
        }
    }

    public Permit Admit(object source, long now, bool isUntimed)
    {
        Counters.Start();
        if (isUntimed)
        {
            Counters.Silence.Exempt(1);
        }

        return new Permit(this, source, now);
    }

    private Admission Reject(CircuitSettings settings, long now, ref Permit permit)
    {
        if (settings.Mode == CircuitBreakerMode.Observe)
        {
            Interlocked.Increment(ref _wouldHaveRejected);
            permit = Admit(EvictedPhase.Unguarded, now, isUntimed: true);
            return Admission.Admitted;
        }

        Interlocked.Increment(ref _rejected);
        return Admission.Rejected;
    }

    // If a host that seemed unresponsive answers a call sent before the circuit opened, it was only slow, and the circuit closes.
    private Transition? OnLateResult(Phase phase, in CallResult result, bool isAnswer, long now)
    {
        Counters.EndLate(result.Outcome, result.IsBody);
        return isAnswer && result.Outcome != CircuitOutcome.Failure && _outage.IsSilent && phase is OpenPhase or HalfOpenPhase
            ? new Transition(CircuitState.Closed, CircuitTransitionReason.HostAnswered, now)
            : null;
    }

    private void SetLastFailureReason(string? reason)
    {
        if (reason is not null)
        {
            Volatile.Write(ref _lastFailureReason, reason);
        }
    }

    private bool TryEnter(Phase from, Transition transition)
    {
        lock (this)
        {
            if (_phase != from)
            {
                return false;
            }

            SetLastFailureReason(transition.FailureReason);
            _outage.OnTransition(from, transition, Settings, Rejected + WouldHaveRejected);
            Counters.Silence.Restart(Counters.InFlight);
            var next = transition.CreatePhase(from, Settings, in _outage, Counters, Context.Random);
            Volatile.Write(ref _phase, next);
            if (next.State != from.State)
            {
                (_reports ??= new OutageReports()).Changes.TryEnqueue(CircuitReports.Change(this, from, next, transition, _outage));
            }

            return true;
        }
    }

    private void Publish()
    {
        Volatile.Read(ref _reports)?.Changes.Deliver(change => Context.Events.OnStateChange(this, change));
        Context.Events.Deliver();
    }
}
