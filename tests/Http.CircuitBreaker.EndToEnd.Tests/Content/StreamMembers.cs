using System.Globalization;

namespace Http.CircuitBreaker.EndToEnd.Tests.Content;

/// <summary>Calls all members of a stream and describes the results.</summary>
internal static class StreamMembers
{
    public static string Describe(Stream stream)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        text.WriteLine($"read {stream.CanRead} seek {stream.CanSeek} write {stream.CanWrite} timeout {stream.CanTimeout}");
        foreach (var member in (Func<object?>[])
        [
            () => stream.Length,
            () => stream.Position,
            () => stream.Position = 0,
            () => stream.ReadTimeout,
            () => stream.WriteTimeout,
            () => stream.ReadTimeout = 1,
            () => stream.Seek(0, SeekOrigin.Current),
            () => { stream.SetLength(1); return null; },
            () => { stream.Write([1], 0, 1); return null; },
            () => { stream.Write([1]); return null; },
            () => { stream.WriteByte(1); return null; },
            () => { stream.Flush(); return null; },
        ])
        {
            try
            {
                text.WriteLine($"{member()}");
            }
            catch (Exception exception)
            {
                text.Write(Transcript.Create(exception));
            }
        }

        return text.ToString();
    }

    public static async Task<string> ReadInEveryWayAsync(Stream stream)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        var buffer = new byte[3];
        void Add(int read) => text.WriteLine($"{read} {Convert.ToHexString(buffer)}");
        text.WriteLine($"{stream.ReadByte()}");
        Add(await stream.ReadAtLeastAsync(buffer, 2, throwOnEndOfStream: false));
        Add(stream.EndRead(stream.BeginRead(buffer, 1, 1, null, null)));
        Add(stream.Read(buffer, 1, 1));
        Add(stream.Read(buffer.AsSpan(0, 1)));
        Add(await stream.ReadAsync(buffer.AsMemory(2, 1)));
        Add(await stream.ReadAsync(Memory<byte>.Empty));
        var rest = new MemoryStream();
        stream.CopyTo(rest, 7);
        await stream.CopyToAsync(rest, 7);
        text.WriteLine($"{rest.Length} {stream.ReadByte()} {await stream.ReadAsync(buffer)}");
        return text.ToString();
    }
}
