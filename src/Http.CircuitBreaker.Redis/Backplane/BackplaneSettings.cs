namespace Http.CircuitBreaker.Redis.Backplane;

/// <summary>How an instance takes part in its fleet.</summary>
internal sealed record BackplaneSettings(string Instance, string Prefix, bool LeasesProbes, TimeSpan PollInterval, TimeSpan CommandTimeout);
