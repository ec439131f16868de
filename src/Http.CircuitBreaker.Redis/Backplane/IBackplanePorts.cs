using Http.CircuitBreaker.Redis.Protocol;

namespace Http.CircuitBreaker.Redis.Backplane;

/// <summary>What the protocol needs of the world around it.</summary>
internal interface IBackplanePorts
{
    /// <summary>Monotonic milliseconds.</summary>
    long Now { get; }

    /// <summary>Whether the server can be asked at all.</summary>
    bool IsConnected { get; }

    ICircuitBackplaneReceiver Circuits { get; }

    CircuitSnapshot? Find(CircuitKey key);

    /// <summary>Sends a command when its turn comes; what it says is made up then. False if there is no room for it.</summary>
    bool TrySend(Func<BackplaneCommand?> command);
}
