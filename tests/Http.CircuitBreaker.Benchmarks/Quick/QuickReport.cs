using System.Globalization;

namespace Http.CircuitBreaker.Benchmarks.Quick;

/// <summary>Prints a line for each figure as soon as it is known, and at the end the targets beside them. What begins with # is for people.</summary>
internal sealed class FigureBoard
{
    private readonly List<(string Name, double Value)> _figures = [];

    public void Add(string name, double value)
    {
        _figures.Add((name, value));
        Console.WriteLine($"{name} {Text(value)}");
    }

    public static void Note(string text) => Console.WriteLine($"# {text}");

    public void PrintTable()
    {
        Note($"{"figure",-26}{"value",10}  {"target",-8}  reached");
        foreach (var (name, value) in _figures)
        {
            if (Target.Of(name) is { } target)
            {
                Note($"{name,-26}{Text(value),10}  {target,-8}  {(target.IsReachedBy(value) ? "yes" : "no")}");
            }
        }
    }

    private static string Text(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
