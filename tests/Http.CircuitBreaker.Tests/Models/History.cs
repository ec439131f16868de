using System.Collections.Immutable;
using Http.CircuitBreaker.Circuits;

namespace Http.CircuitBreaker.Tests.Models;

/// <summary>What threads did to one circuit, and how it stood in the end.</summary>
internal sealed class History(CircuitSettings settings, IEnumerable<HistoryStep> steps, long now, string end)
{
    private const int MaxPlaces = 200_000;

    // In the order of their ends, which is close to one that explains them.
    private readonly ImmutableArray<HistoryStep> _steps = [.. steps.OrderBy(step => step.Stamps.To)];
    private readonly HashSet<string> _seen = [];

    /// <summary>Whether one thread began while another was at it.</summary>
    public bool IsConcurrent => _steps.Zip(_steps.Skip(1)).Any(pair => pair.Second.Stamps.From < pair.First.Stamps.To);

    /// <summary>How the end looks, of the model or of the circuit.</summary>
    public static string EndOf(CircuitState state, int epoch, long? until, int openings, (long Total, long Failed) window, string path) =>
        $"{state} in epoch {epoch} until {until}, {(state == CircuitState.Closed ? 0 : openings)} openings, "
        + $"{(state is CircuitState.Closed or CircuitState.HalfOpen ? window : default)}; {path}";

    /// <summary>Whether there is an order of these operations in which the model gives the same answers and comes to the same end.</summary>
    public bool IsExplained()
    {
        var start = new HistoryPlace(new CircuitModel(settings), [.. new byte[_steps.Length]], ImmutableDictionary<int, (int, int)>.Empty);
        var ways = new Stack<IEnumerator<HistoryPlace>>([PlacesAfter(start).GetEnumerator()]);
        while (ways.TryPeek(out var way))
        {
            if (!way.MoveNext())
            {
                ways.Pop();
            }
            else if (_seen.Add(way.Current.ToString()))
            {
                Assert.True(_seen.Count < MaxPlaces, $"The search has no end:{Environment.NewLine}{this}");
                if (way.Current.IsDone && EndOf(way.Current.Model) == end)
                {
                    return true;
                }

                ways.Push(PlacesAfter(way.Current).GetEnumerator());
            }
        }

        return false;
    }

    public override string ToString() => string.Join(Environment.NewLine, [settings, .. _steps.OrderBy(step => step.Stamps.From), end]);

    // An operation may be next if none that is not done ended before it began.
    private IEnumerable<HistoryPlace> PlacesAfter(HistoryPlace place)
    {
        var firstEnd = long.MaxValue;
        for (var index = 0; index < _steps.Length; index++)
        {
            if (place.Progress[index] != HistoryPlace.Done && _steps[index].Stamps.From < firstEnd)
            {
                firstEnd = Math.Min(firstEnd, _steps[index].Stamps.To);
                foreach (var next in place.After(_steps[index], index))
                {
                    yield return next;
                }
            }
        }
    }

    private string EndOf(CircuitModel model) => EndOf(model.State, model.Epoch, model.Until, model.Openings, model.Window(now), model.Path);
}
