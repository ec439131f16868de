namespace Payments;

internal readonly record struct Act(Health Health, TimeSpan Duration);
