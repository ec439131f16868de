using System.Reflection;

namespace Http.CircuitBreaker.Benchmarks.Outages;

/// <summary>
/// Makes the jitter of our breaks repeatable. It has to stay on, as it costs: it lengthens breaks beyond a Retry-After too. The library
/// draws it from the shared random numbers and offers no way to replace them, hence the reach into its insides.
/// </summary>
internal static class SeededJitter
{
    private const int MostDraws = 10_000;

    public static void Give(CircuitBreakerHandler handler, long number)
    {
        var draw = number * MostDraws;
        var context = FieldOf(FieldOf(handler, "_circuits").Value, "_context").Value;
        var (random, _) = FieldOf(context, "<Random>k__BackingField");
        random.SetValue(context, new Func<double>(() => Luck.Of(LuckOf.Jitter, draw++)));
    }

    private static (FieldInfo Field, object Value) FieldOf(object owner, string name) =>
        owner.GetType().GetField(name, BindingFlags.Instance | BindingFlags.NonPublic) is { } field && field.GetValue(owner) is { } value
            ? (field, value)
            : throw new InvalidOperationException($"{owner.GetType().Name} has no field {name} any more: find the source of jitter again.");
}
