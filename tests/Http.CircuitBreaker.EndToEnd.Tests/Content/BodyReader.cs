using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;

namespace Http.CircuitBreaker.EndToEnd.Tests.Content;

/// <summary>Reads a response in every way. Each read returns what its caller observes.</summary>
[SuppressMessage("Performance", "CA1835", Justification = "The overloads with an array are what is tested.")]
internal sealed class BodyReader(HttpResponseMessage response)
{
    public static readonly int[] Sizes = [0, 1, 3, 64, 1_000, 4_096, 9_000];

    /// <summary>Reads that wait for bytes.</summary>
    private static readonly (string Name, Func<BodyReader, int, Task<string>> Read)[] _waitingReads =
    [
        ("Read array", (reader, size) => reader.ReadAsync(size, (stream, buffer) => Task.FromResult(stream.Read(buffer, 0, size)))),
        ("Read span", (reader, size) => reader.ReadAsync(size, (stream, buffer) => Task.FromResult(stream.Read(buffer.AsSpan())))),
        ("ReadAsync array", (reader, size) => reader.ReadAsync(size, (stream, buffer) => stream.ReadAsync(buffer, 0, size))),
        ("ReadAsync memory", (reader, size) => reader.ReadAsync(size, (stream, buffer) => stream.ReadAsync(buffer.AsMemory()).AsTask())),
        ("BeginRead", (reader, size) => reader.ReadAsync(
            size, (stream, buffer) => Task.Factory.FromAsync(stream.BeginRead(buffer, 0, size, null, null), stream.EndRead))),
        ("ReadAtLeastAsync", (reader, size) => reader.ReadAsync(
            size, (stream, buffer) => stream.ReadAtLeastAsync(buffer, size, throwOnEndOfStream: false).AsTask())),
        ("ReadByte", async (reader, _) => Number((await reader.OpenAsync()).ReadByte())),
        ("Stream.CopyTo", (reader, size) => CopyAsync(async to => (await reader.OpenAsync()).CopyTo(to, size))),
        ("Stream.CopyToAsync", (reader, size) => CopyAsync(async to => await (await reader.OpenAsync()).CopyToAsync(to, size))),
        ("Content.CopyTo", (reader, _) => CopyAsync(to =>
        {
            reader.Content.CopyTo(to, null, CancellationToken.None);
            return Task.CompletedTask;
        })),
        ("Content.CopyToAsync", (reader, _) => CopyAsync(to => reader.Content.CopyToAsync(to))),
        ("Content.CopyToAsync full", async (reader, size) =>
        {
            await reader.Content.CopyToAsync(new MemoryStream(new byte[size]));
            return "";
        }),
        ("ReadAsStringAsync", async (reader, _) => Digest(System.Text.Encoding.UTF8.GetBytes(await reader.Content.ReadAsStringAsync()))),
        ("ReadAsByteArrayAsync", async (reader, _) => Digest(await reader.Content.ReadAsByteArrayAsync())),
        ("LoadIntoBufferAsync", async (reader, _) =>
        {
            await reader.Content.LoadIntoBufferAsync();
            return "";
        }),
        ("LoadIntoBufferAsync with a limit", async (reader, size) =>
        {
            await reader.Content.LoadIntoBufferAsync(size);
            return "";
        }),
    ];

    /// <summary>Uses of a body that do not wait, such as misuse and disposal.</summary>
    public static readonly (string Name, Func<BodyReader, int, Task<string>> Read)[] OtherReads =
    [
        ("ReadAsync, canceled before", (reader, size) => reader.ReadAsync(
            size, (stream, buffer) => stream.ReadAsync(buffer, new CancellationToken(true)).AsTask())),
        ("Read beyond the buffer", (reader, size) => reader.ReadAsync(size, (stream, buffer) => stream.ReadAsync(buffer, 1, size))),
        ("Stream.CopyToAsync read-only", async (reader, _) =>
        {
            await (await reader.OpenAsync()).CopyToAsync(new MemoryStream([], writable: false));
            return "";
        }),
        ("ReadAsByteArrayAsync, canceled before", async (reader, _) => Digest(await reader.Content.ReadAsByteArrayAsync(new CancellationToken(true)))),
        ("ReadAsStreamAsync", async (reader, _) => reader.Keep(await reader.Content.ReadAsStreamAsync())),
        ("ReadAsStream", (reader, _) => Task.FromResult(reader.Keep(reader.Content.ReadAsStream()))),
        ("members", async (reader, _) => StreamMembers.Describe(await reader.OpenAsync())),
        ("headers", (reader, _) => Task.FromResult(Transcript.Create(reader.Response))),
        ("Stream.Dispose", async (reader, _) => Done((await reader.OpenAsync()).Dispose)),
        ("Stream.DisposeAsync", async (reader, _) =>
        {
            await (await reader.OpenAsync()).DisposeAsync();
            return "";
        }),
        ("Content.Dispose", (reader, _) => Task.FromResult(Done(reader.Content.Dispose))),
        ("Response.Dispose", (reader, _) => Task.FromResult(Done(reader.Response.Dispose))),
    ];

    public static readonly (string Name, Func<BodyReader, int, Task<string>> Read)[] AllReads = [.. _waitingReads, .. OtherReads];

    private Stream? _stream;

    public HttpResponseMessage Response => response;

    public HttpContent Content { get; } = response.Content;

    /// <summary>Returns the stream of the body. A stream that is open stays the same.</summary>
    public async Task<Stream> OpenAsync() => _stream ??= await Content.ReadAsStreamAsync();

    public async Task<string> ReadExactlyAsync(int count)
    {
        var buffer = new byte[count];
        await (await OpenAsync()).ReadExactlyAsync(buffer);
        return Digest(buffer);
    }

    private async Task<string> ReadAsync(int size, Func<Stream, byte[], Task<int>> read)
    {
        var buffer = new byte[size];
        var count = await read(await OpenAsync(), buffer);
        return $"{Number(count)} {Digest(buffer)}";
    }

    private static async Task<string> CopyAsync(Func<Stream, Task> copy)
    {
        var copied = new MemoryStream();
        try
        {
            await copy(copied);
        }
        catch (Exception exception)
        {
            return Digest(copied.ToArray()) + Transcript.Create(exception);
        }

        return Digest(copied.ToArray());
    }

    private string Keep(Stream stream)
    {
        var text = $"same: {ReferenceEquals(_stream, stream)}";
        _stream = stream;
        return text;
    }

    private static string Digest(byte[] bytes) => $"{Number(bytes.Length)} {Convert.ToHexString(SHA256.HashData(bytes))[..8]}";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Done(Action action)
    {
        action();
        return "";
    }
}
