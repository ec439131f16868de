namespace Http.CircuitBreaker.AspNetCore.Tests.Support;

/// <summary>The connection to other instances, as the test sets it.</summary>
internal sealed class FakeBackplane : ICircuitBackplaneStatus
{
    public bool IsConnected { get; set; }

    public int Instances { get; set; }
}
