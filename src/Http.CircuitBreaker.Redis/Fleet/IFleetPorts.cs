using Http.CircuitBreaker.Redis.Protocol;

namespace Http.CircuitBreaker.Redis.Fleet;

/// <summary>What the protocol needs of the world around it.</summary>
internal interface IFleetPorts
{
    /// <summary>Monotonic milliseconds.</summary>
    long Now { get; }

    /// <summary>Whether the server can be asked at all.</summary>
    bool IsConnected { get; }

    ICircuitBackplaneReceiver Circuits { get; }

    CircuitSnapshot? Find(CircuitKey key);

    /// <summary>Sends a command when its turn comes; what it says is made up then. False if there is no room for it.</summary>
    bool TrySend(Func<FleetCommand?> command);
}
