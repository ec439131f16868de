using System.Net;
using Http.CircuitBreaker.EndToEnd.Tests.Content;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Yarp.ReverseProxy.Forwarder;

namespace Http.CircuitBreaker.EndToEnd.Tests.Clients;

/// <summary>Readers that leave a flowing stream after minutes, where no HttpClient limits the call. The client's timeout is 100 s.</summary>
public sealed class LeftStreamTests
{
    private const int Streams = 12;
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);

    public static TheoryData<int> Seconds => [98, 104, 300];

    [Theory]
    [MemberData(nameof(Seconds))]
    public async Task Canceling_a_read_of_a_live_stream_through_an_HttpMessageInvoker_is_not_a_failure(int seconds)
    {
        await using var site = new Site();
        for (var i = 0; i < Streams; i++)
        {
            site.StartStream();
            using var reader = new CancellationTokenSource();
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(site.Address, "events"));
            using var response = await site.Invoker.SendAsync(request, reader.Token).WaitAsync(_limit);
            await using var stream = await response.Content.ReadAsStreamAsync(reader.Token);
            await site.ReadAsync(stream, seconds);

            // Leave while a read waits for the next chunk.
            var reading = stream.CopyToAsync(Stream.Null, reader.Token);
            await reader.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(_limit));
        }

        Assert.Equal((CircuitState.Closed, Streams, 0), (site.Circuit.State, site.Circuit.TotalSucceeded, site.Circuit.TotalFailed));
    }

    [Theory]
    [MemberData(nameof(Seconds))]
    public async Task Client_that_disconnects_from_a_live_stream_through_YARP_is_not_a_failure(int seconds)
    {
        await using var site = new Site();
        using var forwarded = new SemaphoreSlim(0);
        await using var proxy = SwitchableHost.CreateApp(builder => builder.Services.AddHttpForwarder());
        proxy.Map("/{**path}", async (HttpContext context, IHttpForwarder forwarder) =>
        {
            await forwarder.SendAsync(context, site.Address.ToString(), site.Invoker);
            forwarded.Release();
        });
        await proxy.StartAsync();

        // Close the connection immediately instead of reading on for two seconds.
        using var client = new HttpClient(new SocketsHttpHandler { MaxResponseDrainSize = 0 }) { BaseAddress = new Uri(proxy.Urls.Single()) };
        for (var i = 0; i < Streams; i++)
        {
            site.StartStream();
            using var response = await client.GetAsync("events", HttpCompletionOption.ResponseHeadersRead).WaitAsync(_limit);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            await site.ReadAsync(await response.Content.ReadAsStreamAsync(), seconds);
            response.Dispose();
            Assert.True(await forwarded.WaitAsync(_limit));
        }

        Assert.Equal((CircuitState.Closed, Streams, 0), (site.Circuit.State, site.Circuit.TotalSucceeded, site.Circuit.TotalFailed));
    }

    /// <summary>A server that sends a chunk every 2 s, and an invoker over the handlers of a client whose timeout is known.</summary>
    private sealed class Site : IAsyncDisposable
    {
        private readonly RawServer _server = new();
        private readonly FakeTimeProvider _time = new();
        private readonly ServiceProvider _services;
        private SemaphoreSlim _next = new(0);

        public Site()
        {
            _server.Flow("events", () => _next.WaitAsync);
            var services = new ServiceCollection().AddSingleton<TimeProvider>(_time);
            services.AddHttpClient("events").AddCircuitBreaker();
            _services = services.BuildServiceProvider();
            _services.GetRequiredService<IHttpClientFactory>().CreateClient("events");
            Invoker = new HttpMessageInvoker(_services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("events"));
        }

        public Uri Address => _server.Address;

        public HttpMessageInvoker Invoker { get; }

        public CircuitSnapshot Circuit => Assert.Single(_services.GetRequiredService<ICircuitRegistry>().GetSnapshots());

        /// <summary>Separates the next stream from the earlier ones, which may still wait for a chunk.</summary>
        public void StartStream() => _next = new SemaphoreSlim(0);

        /// <summary>Reads chunks for so long. The next chunk is sent when the last one has arrived and the time has passed.</summary>
        public async Task ReadAsync(Stream stream, int seconds)
        {
            for (var second = 0; second < seconds; second += 2)
            {
                await stream.ReadExactlyAsync(new byte[RawServer.ChunkLength]).AsTask().WaitAsync(_limit);
                _time.Advance(TimeSpan.FromSeconds(2));
                _next.Release();
            }
        }

        public async ValueTask DisposeAsync()
        {
            Invoker.Dispose();
            await _services.DisposeAsync();
            await _server.DisposeAsync();
        }
    }
}
