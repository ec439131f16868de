namespace Payments.Score;

/// <summary>What a view shows of a shop: totals of the round, and the waiting of the last few seconds (null without a visit).</summary>
internal sealed record ShopFigures(string Shop, int Done, int Failed, int Refused, TimeSpan? MedianWait, TimeSpan? P95Wait, int InFlight);
