namespace Http.CircuitBreaker.Redis.Fleet;

/// <summary>How an instance takes part in its fleet.</summary>
internal sealed record FleetMemberSettings(string Instance, string Prefix, bool LeasesProbes, TimeSpan PollInterval, TimeSpan CommandTimeout);
