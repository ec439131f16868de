namespace Http.CircuitBreaker.AspNetCore.Control;

/// <summary>What is wrong with a request, and with which field of it.</summary>
internal sealed record RequestError(string Detail, string? Field = null);
