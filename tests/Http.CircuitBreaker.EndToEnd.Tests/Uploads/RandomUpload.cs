using System.Text;

namespace Http.CircuitBreaker.EndToEnd.Tests.Uploads;

/// <summary>
/// A random way to send content: its kind, length, pieces, ways to write them, and where it fails. It creates equal content any number of
/// times.
/// </summary>
internal sealed class RandomUpload
{
    private static readonly int[] _sizes = [0, 1, 100, 4_096, 16_384, 70_000];

    private readonly int _seed;
    private readonly int _kind;
    private readonly (int Size, int Way)[] _pieces;
    private readonly long? _length;
    private readonly int _failsAfter;

    public RandomUpload(int seed)
    {
        var random = new Random(seed);
        (_seed, _kind) = (seed, random.Next(6));
        _pieces = [.. Enumerable.Range(0, random.Next(1, 7)).Select(_ => (_sizes[random.Next(_sizes.Length)], random.Next(9)))];
        var total = _pieces.Sum(piece => piece.Size);
        _length = random.Next(8) switch
        {
            < 3 => total,
            3 => total + 1 + random.Next(5_000),
            4 when total > 0 => random.Next(total),
            _ => null,
        };
        _failsAfter = random.Next(3) == 0 ? random.Next(_pieces.Length + 1) : -1;
        IsChunked = random.Next(8) == 0;
        ExpectsContinue = random.Next(8) == 0;
        IsSync = random.Next(3) == 0;
    }

    public bool IsChunked { get; }

    public bool ExpectsContinue { get; }

    public bool IsSync { get; }

    public bool Fails => _failsAfter >= 0;

    public override string ToString() => $"seed {_seed}: kind {_kind}, pieces {string.Join(' ', _pieces)}, length {_length}, fails after "
        + $"{_failsAfter}{(IsChunked ? ", chunked" : "")}{(ExpectsContinue ? ", expect" : "")}{(IsSync ? ", sync" : "")}";

    public HttpContent Create()
    {
        HttpContent content = _kind switch
        {
            0 => new StreamContent(new MemoryStream(Bytes())),
            1 => new StreamContent(new OneShotStream(Bytes(), Fault())),
            2 => new StreamContent(new OneShotStream(Bytes(), Fault()), bufferSize: 100 + (_seed % 20_000)),
            3 => new MultipartFormDataContent("boundary") { { new StringContent("text"), "a" }, { new StreamContent(new OneShotStream(Bytes(), Fault())), "b" } },
            _ => new PushContent(WriteAsync, _length),
        };
        content.Headers.TryAddWithoutValidation("X-Seed", $"{_seed}");
        if (_kind is 0 or 1 or 2 && _length is { } length)
        {
            content.Headers.ContentLength = length;
        }

        return content;
    }

    private static async Task WriteAsync(Stream stream, byte[] bytes, int way, CancellationToken token)
    {
        switch (way)
        {
            case 0:
                await stream.WriteAsync(bytes, token);
                break;
            case 1:
                // An array rather than memory.
                var writing = stream.WriteAsync(bytes, 0, bytes.Length, token);
                await writing;
                break;
            case 2:
                await Task.Yield();
                await stream.WriteAsync(bytes.AsMemory(0, bytes.Length / 2), token);
                await stream.WriteAsync(bytes.AsMemory(bytes.Length / 2), token);
                break;
            case 3:
                await stream.WriteAsync(bytes, token);
                await stream.FlushAsync(token);
                break;
            case 4:
                await Task.Factory.FromAsync(stream.BeginWrite, stream.EndWrite, bytes, 0, bytes.Length, null);
                break;
            case 5:
                stream.Write(bytes, 0, bytes.Length);
                break;
            case 6:
                stream.Write(bytes);
                stream.Flush();
                break;
            case 7:
                await new MemoryStream(bytes).CopyToAsync(stream, token);
                break;
            default:
                foreach (var value in bytes.AsSpan(0, Math.Min(bytes.Length, 50)))
                {
                    stream.WriteByte(value);
                }

                stream.Write(bytes, Math.Min(bytes.Length, 50), Math.Max(0, bytes.Length - 50));
                break;
        }
    }

    private byte[] Bytes() => [.. Enumerable.Range(0, (Fails ? _pieces.Take(_failsAfter) : _pieces).Sum(piece => piece.Size)).Select(i => (byte)(i + _seed))];

    private Exception? Fault() => !Fails ? null : (_seed % 4) switch
    {
        0 => new IOException("source"),
        1 => new InvalidOperationException("source"),
        2 => new FormatException("source"),
        _ => new HttpRequestException("source", new IOException("another host")),
    };

    private async Task WriteAsync(Stream stream, CancellationToken token)
    {
        for (var i = 0; i <= _pieces.Length; i++)
        {
            if (i == _failsAfter)
            {
                throw Fault()!;
            }

            if (i < _pieces.Length)
            {
                await WriteAsync(stream, Encoding.ASCII.GetBytes(new string((char)('a' + i), _pieces[i].Size)), _pieces[i].Way, token);
            }
        }
    }
}
