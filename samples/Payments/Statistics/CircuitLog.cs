using Http.CircuitBreaker;

namespace Payments.Score;

/// <summary>The guarded shop's circuit: how it is, and its transitions in this round.</summary>
internal sealed class CircuitLog(RunClock clock) : ICircuitObserver
{
    private readonly Lock _gate = new();
    private readonly List<Transition> _transitions = [];
    private ICircuitRegistry? _circuits;

    public Transition[] Transitions
    {
        get
        {
            lock (_gate)
            {
                return [.. _transitions];
            }
        }
    }

    /// <summary>Null until the first call.</summary>
    public CircuitSnapshot? Snapshot => _circuits?.GetSnapshots().SingleOrDefault();

    public void Watch(ICircuitRegistry circuits) => _circuits = circuits;

    public void OnStateChange(CircuitStateChange change)
    {
        lock (_gate)
        {
            _transitions.Add(new Transition(clock.Now, change));
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _transitions.Clear();
        }
    }
}
