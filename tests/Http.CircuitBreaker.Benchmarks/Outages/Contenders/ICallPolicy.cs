namespace Http.CircuitBreaker.Benchmarks.Outages.Contenders;

/// <summary>How a call ended, including its body.</summary>
internal enum CallEnd
{
    Success,

    /// <summary>A status of 5xx, a broken connection or a broken body.</summary>
    Failure,

    /// <summary>A status of 429.</summary>
    RateLimited,

    /// <summary>The client's timeout.</summary>
    Timeout,

    /// <summary>Canceled by the caller earlier than that.</summary>
    Canceled,
}

/// <summary>A published algorithm that decides about the calls of one process to one host. It is used on one thread.</summary>
internal interface ICallPolicy
{
    /// <summary>Whether the policy rejects more calls, or uses fewer replicas, than in its normal state.</summary>
    bool IsOpen { get; }

    /// <summary>Returns the permit of a call, or null to reject it.</summary>
    CallPermit? TryAdmit(TimeSpan now);

    void Record(CallPermit permit, CallEnd end, TimeSpan now);
}

/// <summary>Belongs to an admitted call.</summary>
/// <param name="Generation">The state in which the call was admitted, for policies that ignore late results.</param>
/// <param name="Replica">The replica that a load balancer has chosen.</param>
internal readonly record struct CallPermit(int Generation = 0, int? Replica = null);
