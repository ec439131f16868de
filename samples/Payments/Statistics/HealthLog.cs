namespace Payments.Score;

/// <summary>How the provider is, and how it has been in this round.</summary>
internal sealed class ProviderHealth
{
    private readonly Lock _gate = new();
    private readonly List<Spell> _spells = [];
    private volatile Health _current;

    public Health Current => _current;

    public Spell[] Spells
    {
        get
        {
            lock (_gate)
            {
                return [.. _spells];
            }
        }
    }

    public void Turn(Health health, TimeSpan now)
    {
        lock (_gate)
        {
            if (_spells.Count > 0)
            {
                _spells[^1] = _spells[^1] with { End = now };
            }

            _spells.Add(new Spell(health, now, End: null));
            _current = health;
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _spells.Clear();
        }
    }
}
