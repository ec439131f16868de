namespace Http.CircuitBreaker.Tests.Support;

/// <summary>The collection of tests that measure the whole process. They run one at a time after all others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class HandlerAlone
{
    public const string Name = "Alone";
}
