using System.Collections.Immutable;
using Http.CircuitBreaker.Circuits;

namespace Http.CircuitBreaker.Tests.Models;

/// <summary>The operations of several threads on one circuit, and its final state.</summary>
internal sealed class History(CircuitSettings settings, IEnumerable<HistoryStep> steps, long now, string end)
{
    private const int MaxPlaces = 200_000;

    // Ordered by end, which is usually close to a valid sequential order.
    private readonly ImmutableArray<HistoryStep> _steps = [.. steps.OrderBy(step => step.Stamps.To)];
    private readonly HashSet<string> _seen = [];

    /// <summary>Whether any two operations overlapped.</summary>
    public bool IsConcurrent => _steps.Zip(_steps.Skip(1)).Any(pair => pair.Second.Stamps.From < pair.First.Stamps.To);

    /// <summary>Formats the final state of the model or of the circuit.</summary>
    public static string FormatEnd(CircuitState state, int epoch, long? until, int openings, (long Total, long Failed) window, string path) =>
        $"{state} in epoch {epoch} until {until}, {(state == CircuitState.Closed ? 0 : openings)} openings, "
        + $"{(state is CircuitState.Closed or CircuitState.HalfOpen ? window : default)}; {path}";

    /// <summary>Whether the model gives the same results and the same final state for some order of these operations.</summary>
    public bool IsLinearizable()
    {
        var start = new HistoryPlace(new CircuitModel(settings), [.. new HistoryProgress[_steps.Length]], ImmutableDictionary<int, HistoryCall>.Empty);
        var ways = new Stack<IEnumerator<HistoryPlace>>([PlacesAfter(start).GetEnumerator()]);
        while (ways.TryPeek(out var way))
        {
            if (!way.MoveNext())
            {
                ways.Pop();
            }
            else if (_seen.Add(way.Current.ToString()))
            {
                Assert.True(_seen.Count < MaxPlaces, $"The search did not finish:{Environment.NewLine}{this}");
                if (way.Current.IsDone && FormatEnd(way.Current.Model) == end)
                {
                    return true;
                }

                ways.Push(PlacesAfter(way.Current).GetEnumerator());
            }
        }

        return false;
    }

    public override string ToString() => string.Join(Environment.NewLine, [settings, .. _steps.OrderBy(step => step.Stamps.From), end]);

    // An operation can be next unless another unfinished operation ended before it began.
    private IEnumerable<HistoryPlace> PlacesAfter(HistoryPlace place)
    {
        var firstEnd = long.MaxValue;
        for (var index = 0; index < _steps.Length; index++)
        {
            if (place.Progress[index] != HistoryProgress.Done && _steps[index].Stamps.From < firstEnd)
            {
                firstEnd = Math.Min(firstEnd, _steps[index].Stamps.To);
                foreach (var next in place.After(_steps[index], index))
                {
                    yield return next;
                }
            }
        }
    }

    private string FormatEnd(CircuitModel model) =>
        FormatEnd(model.State, model.Epoch, model.Until, model.Openings, model.Window(now), model.Path);
}
