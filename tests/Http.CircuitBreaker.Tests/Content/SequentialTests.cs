namespace Http.CircuitBreaker.Tests.Content;

/// <summary>Disables parallel runs for tests that measure allocations or need both processors.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SequentialTests
{
    public const string Name = "Sequential body tests";
}
