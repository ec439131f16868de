using Http.CircuitBreaker;

namespace Payments.Score;

/// <summary>One outage: from its begin until the circuit opened, and from its end until the circuit was closed again.</summary>
internal sealed record OutageReport(Health Health, TimeSpan? Detection, TimeSpan? Recovery, ShopReport Guarded, ShopReport Unguarded)
{
    public static OutageReport Of(Spell outage, Scoreboard board)
    {
        var transitions = board.Circuit.Transitions;
        var opened = transitions.FirstOrDefault(to => to.Change.State == CircuitState.Open && outage.Has(to.At));
        var closed = transitions.FirstOrDefault(to => to.Change.State == CircuitState.Closed && to.At >= outage.End);
        return new OutageReport(
            outage.Health,
            opened.Change is null ? null : opened.At - outage.Start,
            closed.Change is null ? null : closed.At - outage.End,
            ShopReport.Of(board.Guarded, outage),
            ShopReport.Of(board.Unguarded, outage));
    }
}
