using System.Net.ServerSentEvents;

namespace Http.CircuitBreaker.AspNetCore.Feed;

/// <summary>One event for all who watch; its JSON is made once.</summary>
/// <param name="Event">What they get.</param>
/// <param name="Transition">The number of the transition that it tells; 0 for other events.</param>
internal readonly record struct FeedMessage(SseItem<byte[]> Event, long Transition = 0);
