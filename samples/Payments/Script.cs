using Payments.Score;

namespace Payments;

/// <summary>What happens to the payment provider. After each outage it is healthy for long enough to see the circuit close.</summary>
internal static class Script
{
    public static IReadOnlyList<Act> Acts { get; } =
    [
        new(Health.Healthy, TimeSpan.FromSeconds(4)),
        new(Health.Hangs, TimeSpan.FromSeconds(6)),
        new(Health.Healthy, TimeSpan.FromSeconds(5)),
        new(Health.Answers500, TimeSpan.FromSeconds(5)),
        new(Health.Healthy, TimeSpan.FromSeconds(5)),
        new(Health.Slow, TimeSpan.FromSeconds(6)),
        new(Health.Healthy, TimeSpan.FromSeconds(5)),
    ];

    public static TimeSpan Length { get; } = TimeSpan.FromTicks(Acts.Sum(act => act.Duration.Ticks));

    public static string Description { get; } = string.Join(", ", Acts.Select(act => $"{Words.For(act.Health)} {act.Duration.TotalSeconds:0} s"));

    public static async Task PlayAsync(ProviderHealth provider, RunClock clock, CancellationToken stop)
    {
        var end = clock.Now;
        foreach (var act in Acts)
        {
            provider.Turn(act.Health, clock.Now);
            end += act.Duration;
            await clock.WaitUntilAsync(end, stop);
        }
    }
}
