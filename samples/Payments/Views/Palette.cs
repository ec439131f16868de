using Http.CircuitBreaker;

namespace Payments.Views;

/// <summary>Maps values to colours: green for healthy, red for failing, yellow for half-open or rejected.</summary>
internal static class Palette
{
    public static string Color(CircuitState state) => state switch
    {
        CircuitState.Closed => "green",
        CircuitState.HalfOpen => "yellow",
        _ => "red",
    };

    public static string Color(ProviderHealth health) => health == ProviderHealth.Healthy ? "green" : "red";

    public static string Name(CircuitState state) => $"[{Color(state)}]{state}[/]";

    public static string Mark(CircuitState state) => $"[{Color(state)}]● {state,-9}[/]";

    public static string Mark(ProviderHealth health) => $"[{Color(health)}]● {Words.Format(health)}[/]";

    public static string Count(int count, string color) => count == 0 ? "[grey]0[/]" : $"[{color}]{count}[/]";

    public static string Wait(TimeSpan? wait) => $"[{(wait >= TimeSpan.FromSeconds(1) ? "red" : "green")}]{Words.Format(wait)}[/]";
}
