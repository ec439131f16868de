namespace Http.CircuitBreaker.Tests.Content;

/// <summary>Tests that count bytes, or need both processors, run when nothing else does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "Bodies, alone";
}
