namespace Http.CircuitBreaker.Benchmarks.Outages;

/// <summary>
/// A breaker to be measured. <paramref name="Guard"/> puts it in front of a host: it is given what it stands in, and an action to call
/// at each opening.
/// </summary>
internal sealed record Breaker(string Name, Func<Surroundings, HttpMessageHandler> Guard);
