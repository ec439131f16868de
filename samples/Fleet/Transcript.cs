using System.Diagnostics;
using System.Globalization;

namespace Fleet;

/// <summary>Writes events to the console, with the time and the source.</summary>
internal sealed class Transcript
{
    private readonly long _start = Stopwatch.GetTimestamp();

    public void WriteStep(string title)
    {
        Console.WriteLine();
        Write("STEP", title);
    }

    public void Write(string source, string text)
    {
        var seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seconds,6:0.0} s  {source,-9} {text}"));
    }

    /// <summary>Writes an expectation and whether it was met.</summary>
    public void WriteCheck(bool isMet, string text) => Write(isMet ? "  YES" : "  NO", text);
}
