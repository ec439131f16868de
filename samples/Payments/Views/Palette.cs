using Http.CircuitBreaker;

namespace Payments.Views;

/// <summary>The colours, which mean the same everywhere: green is well, red is not, yellow is on trial or refused.</summary>
internal static class Palette
{
    public static string Color(CircuitState state) => state switch
    {
        CircuitState.Closed => "green",
        CircuitState.HalfOpen => "yellow",
        _ => "red",
    };

    public static string Color(Health health) => health == Health.Healthy ? "green" : "red";

    public static string Name(CircuitState state) => $"[{Color(state)}]{state}[/]";

    public static string Mark(CircuitState state) => $"[{Color(state)}]● {state,-9}[/]";

    public static string Mark(Health health) => $"[{Color(health)}]● {Words.For(health)}[/]";

    public static string Count(int count, string color) => count == 0 ? "[grey]0[/]" : $"[{color}]{count}[/]";

    public static string Wait(TimeSpan? wait) => wait >= TimeSpan.FromSeconds(1) ? $"[red]{Words.For(wait)}[/]" : $"[green]{Words.For(wait)}[/]";
}
