namespace Payments.Score;

/// <summary>A time in which the provider's health did not change. The present one has no end.</summary>
internal readonly record struct Spell(Health Health, TimeSpan Start, TimeSpan? End)
{
    public bool Has(TimeSpan moment) => moment >= Start && !(moment >= End);
}
