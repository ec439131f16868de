namespace Http.CircuitBreaker.Tests.Support;

/// <summary>Tests that measure the process: they run when all others are done, one after the other.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class HandlerAlone
{
    public const string Name = "Alone";
}
