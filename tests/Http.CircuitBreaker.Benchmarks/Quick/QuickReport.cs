using System.Globalization;

namespace Http.CircuitBreaker.Benchmarks.Quick;

/// <summary>Prints each figure when it is added, and finally a table with the targets. Lines that start with # are comments.</summary>
internal sealed class QuickReport
{
    private readonly List<(string Name, double Value)> _figures = [];

    public void Add(string name, double value)
    {
        _figures.Add((name, value));
        Console.WriteLine($"{name} {Format(value)}");
    }

    public static void WriteComment(string text) => Console.WriteLine($"# {text}");

    public void PrintTable()
    {
        WriteComment($"{"figure",-26}{"value",10}  {"target",-8}  met");
        foreach (var (name, value) in _figures)
        {
            if (Target.Find(name) is { } target)
            {
                WriteComment($"{name,-26}{Format(value),10}  {target,-8}  {(target.IsMetBy(value) ? "yes" : "no")}");
            }
        }
    }

    private static string Format(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
