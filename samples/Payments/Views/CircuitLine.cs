using Http.CircuitBreaker;

namespace Payments.Views;

/// <summary>The state of the circuit in one line.</summary>
internal static class CircuitLine
{
    public static string Of(CircuitSnapshot? circuit, DateTimeOffset now) => circuit switch
    {
        null => Palette.Mark(CircuitState.Closed),
        { State: CircuitState.Closed } => $"{Palette.Mark(circuit.State)} {circuit.Failed} of the last {circuit.Total} calls failed or are late",
        { State: CircuitState.Open, ProbeDue: false, Until: { } until } =>
            $"{Palette.Mark(circuit.State)} nothing is sent to the provider for {Math.Max(0, (until - now).TotalSeconds):0.0} s",
        _ => $"{Palette.Mark(circuit.State)} a few calls try whether the provider is back",
    };
}
