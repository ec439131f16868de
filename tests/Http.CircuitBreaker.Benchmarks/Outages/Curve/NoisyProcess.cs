using System.Net;
using Http.CircuitBreaker.Benchmarks.Outages.Contenders;

namespace Http.CircuitBreaker.Benchmarks.Outages.Curve;

/// <summary>
/// One process that sends 25 calls per second to a host that answers immediately, with 503 to a random share of the calls.
/// </summary>
internal sealed class NoisyProcess : IDisposable
{
    public const double CallsPerSecond = 25;

    private static readonly Uri _address = new("http://host0.test/");

    private readonly VirtualTime _time = new();
    private readonly NoisyHost _host;
    private readonly HttpMessageInvoker _client;
    private long _call;

    public NoisyProcess(Contender contender, long firstCall)
    {
        _call = firstCall;
        _host = new NoisyHost(firstCall);
        _client = new HttpMessageInvoker(contender.CreateHandler(
            new ContenderContext(_time, _host, TimeSpan.FromSeconds(100), firstCall, () => Openings++)));
    }

    /// <summary>The share of calls that fail.</summary>
    public double Failing
    {
        get => _host.Failing;
        set => _host.Failing = value;
    }

    public int Openings { get; private set; }

    public TimeSpan Now => _time.Now;

    public void SendNext()
    {
        _time.RunUntil(_time.Now + TimeSpan.FromSeconds(SeededRandom.Exponential(Draw.Arrival, _call++, 1 / CallsPerSecond)));
        using var request = new HttpRequestMessage(HttpMethod.Get, _address);

        // The host answers synchronously, so the task is complete. It is faulted if the peer has rejected the call.
        var sending = _client.SendAsync(request, CancellationToken.None);
        if (!sending.IsCompleted)
        {
            throw new InvalidOperationException("A call did not complete synchronously.");
        }
    }

    public void Dispose() => _client.Dispose();

    private sealed class NoisyHost(long firstCall) : HttpMessageHandler
    {
        private long _call = firstCall;

        public double Failing { get; set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var status = SeededRandom.Uniform(Draw.Response, _call++) < Failing ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK;
            return Task.FromResult(new HttpResponseMessage(status) { RequestMessage = request });
        }
    }
}
