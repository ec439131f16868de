namespace Payments.Score;

/// <summary>A call that reached the provider, and how many of the same shop's calls were then in flight, this one included.</summary>
internal readonly record struct ProviderCall(TimeSpan At, int InFlight);
