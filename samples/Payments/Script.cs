using Payments.Statistics;

namespace Payments;

internal enum ProviderHealth
{
    Healthy,
    Hangs,
    Answers500,
    Slow,
}

internal readonly record struct Phase(ProviderHealth Health, TimeSpan Duration);

/// <summary>The provider's outages. The healthy phase after each one is long enough for the circuit to close.</summary>
internal static class Script
{
    public static IReadOnlyList<Phase> Phases { get; } =
    [
        new(ProviderHealth.Healthy, TimeSpan.FromSeconds(4)),
        new(ProviderHealth.Hangs, TimeSpan.FromSeconds(6)),
        new(ProviderHealth.Healthy, TimeSpan.FromSeconds(5)),
        new(ProviderHealth.Answers500, TimeSpan.FromSeconds(5)),
        new(ProviderHealth.Healthy, TimeSpan.FromSeconds(5)),
        new(ProviderHealth.Slow, TimeSpan.FromSeconds(6)),
        new(ProviderHealth.Healthy, TimeSpan.FromSeconds(5)),
    ];

    public static TimeSpan Length { get; } = TimeSpan.FromTicks(Phases.Sum(phase => phase.Duration.Ticks));

    public static string Description { get; } =
        string.Join(", ", Phases.Select(phase => $"{Words.Format(phase.Health)} {phase.Duration.TotalSeconds:0} s"));

    public static async Task PlayAsync(HealthLog provider, RunClock clock, CancellationToken cancellationToken)
    {
        var end = clock.Now;
        foreach (var phase in Phases)
        {
            provider.Change(phase.Health, clock.Now);
            end += phase.Duration;
            await clock.WaitUntilAsync(end, cancellationToken);
        }
    }
}
