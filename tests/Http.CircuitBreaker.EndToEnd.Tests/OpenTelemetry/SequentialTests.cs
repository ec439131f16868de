namespace Http.CircuitBreaker.EndToEnd.Tests.OpenTelemetry;

/// <summary>Disables parallel runs: the SDK merges meters of the same name, so disposing one would stop the others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SequentialTests
{
    public const string Name = "OpenTelemetry";
}
