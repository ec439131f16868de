using System.Reflection;

namespace Http.CircuitBreaker.Benchmarks.Outages.Contenders;

/// <summary>
/// Makes the break jitter of this library repeatable. Jitter stays enabled because it affects the figures: it also extends a Retry-After.
/// The library has no option for its random numbers, so they are replaced by reflection.
/// </summary>
internal static class SeededJitter
{
    private const int MaxDrawsPerHandler = 10_000;

    public static void Install(CircuitBreakerHandler handler, long number)
    {
        var draw = number * MaxDrawsPerHandler;
        var context = FieldOf(FieldOf(handler, "_circuits").Value, "_context").Value;
        var (random, _) = FieldOf(context, "<Random>k__BackingField");
        random.SetValue(context, new Func<double>(() => SeededRandom.Uniform(Draw.Jitter, draw++)));
    }

    private static (FieldInfo Field, object Value) FieldOf(object owner, string name) =>
        owner.GetType().GetField(name, BindingFlags.Instance | BindingFlags.NonPublic) is { } field && field.GetValue(owner) is { } value
            ? (field, value)
            : throw new InvalidOperationException(
                $"{owner.GetType().Name} has no field {name}. Update SeededJitter to the current source of the jitter.");
}
