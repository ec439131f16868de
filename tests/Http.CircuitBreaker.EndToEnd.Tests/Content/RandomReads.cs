using System.Globalization;

namespace Http.CircuitBreaker.EndToEnd.Tests.Content;

/// <summary>A random sequence of reads of one response. The same sequence can be run several times.</summary>
internal sealed class RandomReads
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(10);

    private readonly List<(string Name, Func<BodyReader, Task<string>> Read)> _reads = [];
    private readonly Random _random;
    private readonly string _path;
    private readonly HttpCompletionOption _completion;
    private readonly bool _isSync;

    public RandomReads(string transport, int seed)
    {
        _random = new Random(seed);
        var isBuffered = transport == RandomReadServer.Buffered;
        _completion = isBuffered ? HttpCompletionOption.ResponseContentRead : HttpCompletionOption.ResponseHeadersRead;
        _isSync = _random.Next(4) == 0;
        var end = (BodyEnd)_random.Next(isBuffered ? 2 : 3);
        var length = RandomReadServer.Lengths[_random.Next(RandomReadServer.Lengths.Length)];
        _path = RandomReadServer.Path(transport, end, length, _random);
        if (end == BodyEnd.Stalled)
        {
            // Decompression may need the bytes that do not come.
            AddCanceledRead(transport == "gzip" ? 0 : length);
        }

        // Over HTTP/2 the body can be read on after a canceled read.
        var choice = end == BodyEnd.Stalled && transport == RandomReadServer.Http2 ? BodyReader.OtherReads : BodyReader.AllReads;
        for (var count = _random.Next(1, 9); count > 0; count--)
        {
            var (name, read) = choice[_random.Next(choice.Length)];
            var size = BodyReader.Sizes[_random.Next(BodyReader.Sizes.Length)];
            _reads.Add(($"{name} {size}", reader => read(reader, size)));
        }
    }

    /// <summary>Returns everything that the reader observes.</summary>
    public async Task<string> RunAsync(HttpClient client)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        HttpResponseMessage? response = null;
        text.WriteLine(await Transcript.CreateAsync(async () => Transcript.Create(response = await SendAsync(client))));
        if (response is null)
        {
            return text.ToString();
        }

        var reader = new BodyReader(response);
        foreach (var (name, read) in _reads)
        {
            text.WriteLine($"{name}: {await Transcript.CreateAsync(() => Task.Run(() => read(reader)).WaitAsync(_limit))}");
        }

        text.WriteLine(await Transcript.CreateAsync(() => Task.FromResult(Transcript.Create(response))));
        response.Dispose();
        return text.ToString();
    }

    public override string ToString() =>
        $"{_path}, {_completion}{(_isSync ? ", sync" : "")}: {string.Join(", ", _reads.Select(read => read.Name))}";

    private Task<HttpResponseMessage> SendAsync(HttpClient client)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, _path)
        {
            Version = client.DefaultRequestVersion,
            VersionPolicy = client.DefaultVersionPolicy,
        };
        return _isSync ? Task.Run(() => client.Send(request, _completion)) : client.SendAsync(request, _completion);
    }

    // A read that waits for bytes that do not come. It is canceled while it waits, as otherwise later reads would wait forever.
    private void AddCanceledRead(int length)
    {
        var kind = _random.Next(5);
        if (kind < 2)
        {
            // Only a copy waits if not all bytes have been read.
            var prefix = kind == 0 ? _random.Next(length + 1) : length;
            _reads.Add(($"ReadExactly {prefix}", reader => reader.ReadExactlyAsync(prefix)));
            if (kind == 1 && length > 0)
            {
                _reads.Add(("ReadAsync, canceled", reader => CancelAsync(
                    async token => Assert.NotEqual(0, await (await reader.OpenAsync()).ReadAsync(new byte[9], token)))));
                return;
            }
        }

        _reads.Add(kind switch
        {
            < 2 => ("Stream.CopyToAsync, canceled", reader => CancelAsync(
                async token => await (await reader.OpenAsync()).CopyToAsync(Stream.Null, token))),
            2 => ("CopyToAsync, canceled", reader => CancelAsync(token => reader.Content.CopyToAsync(Stream.Null, token))),
            3 => ("ReadAsStringAsync, canceled", reader => CancelAsync(token => reader.Content.ReadAsStringAsync(token))),
            _ => ("LoadIntoBufferAsync, canceled", reader => CancelAsync(token => reader.Content.LoadIntoBufferAsync(token))),
        });
    }

    private static async Task<string> CancelAsync(Func<CancellationToken, Task> read)
    {
        using var source = new CancellationTokenSource();
        var reading = read(source.Token);
        await source.CancelAsync();
        await reading;
        return "not canceled";
    }
}
