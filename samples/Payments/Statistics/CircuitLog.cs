using Http.CircuitBreaker;

namespace Payments.Statistics;

internal readonly record struct Transition(TimeSpan At, CircuitStateChange Change);

/// <summary>The circuit of the shop with the breaker: its current snapshot and its transitions in this round.</summary>
internal sealed class CircuitLog(RunClock clock) : ICircuitObserver
{
    private readonly Lock _lock = new();
    private readonly List<Transition> _transitions = [];
    private ICircuitRegistry? _circuits;

    public Transition[] Transitions
    {
        get
        {
            lock (_lock)
            {
                return [.. _transitions];
            }
        }
    }

    /// <summary>The current state of the circuit; null before the first call.</summary>
    public CircuitSnapshot? Snapshot => _circuits?.GetSnapshots().SingleOrDefault();

    public void Attach(ICircuitRegistry circuits) => _circuits = circuits;

    public void OnStateChange(CircuitStateChange change)
    {
        lock (_lock)
        {
            _transitions.Add(new Transition(clock.Now, change));
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _transitions.Clear();
        }
    }
}
