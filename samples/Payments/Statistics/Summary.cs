namespace Payments.Score;

/// <summary>What the breaker was worth in one round. Everything in it was measured.</summary>
internal sealed record Summary(IReadOnlyList<OutageReport> Outages, ShopFigures Guarded, ShopFigures Unguarded, int RefusedInHealth)
{
    public OutageReport? Hang => Outages.FirstOrDefault(outage => outage.Health == Health.Hangs);

    public static Summary Of(Scoreboard board)
    {
        var spells = board.Health.Spells;
        var healthy = spells.Where(spell => spell.Health == Health.Healthy).ToArray();
        return new Summary(
            [.. spells.Where(spell => spell.Health != Health.Healthy && spell.End is not null).Select(spell => OutageReport.Of(spell, board))],
            board.Guarded.Figures(),
            board.Unguarded.Figures(),
            board.Guarded.Visits.Count(visit => visit.Payment == Payment.Refused && healthy.Any(spell => spell.Has(visit.Arrived))));
    }
}
