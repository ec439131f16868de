namespace Http.CircuitBreaker.Tests.Bodies;

/// <summary>Tests that count bytes run when nothing else does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AllocationsAlone
{
    public const string Name = "Body allocations";
}
