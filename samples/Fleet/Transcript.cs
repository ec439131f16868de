using System.Diagnostics;

namespace Fleet;

/// <summary>Tells what happens, with the time and who it happens to.</summary>
internal sealed class Story
{
    private readonly long _start = Stopwatch.GetTimestamp();

    public void Act(string title)
    {
        Console.WriteLine();
        Tell("ACT", title);
    }

    public void Tell(string who, string what) =>
        Console.WriteLine(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(_start).TotalSeconds,6:0.0} s  {who,-9} {what}"));

    /// <summary>What the act was to show, and whether it did.</summary>
    public void Show(bool isSo, string what) => Tell(isSo ? "  YES" : "  NO", what);
}
