namespace Http.CircuitBreaker.Redis.Backplane;

/// <summary>What the fleet's word means for a circuit here.</summary>
internal abstract record RemoteAction
{
    /// <summary>False if the circuit has moved on meanwhile, or cannot be.</summary>
    public abstract bool Apply(ICircuitBackplaneReceiver fleet, CircuitKey key);

    internal sealed record Open(int Epoch, RemoteOpening Verdict) : RemoteAction
    {
        public override bool Apply(ICircuitBackplaneReceiver fleet, CircuitKey key) => fleet.Open(key, Epoch, Verdict);
    }

    internal sealed record Close(int Epoch) : RemoteAction
    {
        public override bool Apply(ICircuitBackplaneReceiver fleet, CircuitKey key) => fleet.Close(key, Epoch);
    }

    internal sealed record Isolate(TimeSpan? Duration, string? Note) : RemoteAction
    {
        public override bool Apply(ICircuitBackplaneReceiver fleet, CircuitKey key) => fleet.Isolate(key, Duration, Note);
    }

    internal sealed record Reset : RemoteAction
    {
        public override bool Apply(ICircuitBackplaneReceiver fleet, CircuitKey key) => fleet.Reset(key);
    }
}
