using System.Net;
using System.Net.Sockets;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Pipeline;

/// <summary>This machine has no free sockets or ports, or no network, so calls to every host fail.</summary>
public sealed class LocalShortageTests : IDisposable
{
    private static readonly string[] _hosts = ["http://host/", "http://second/", "http://third/"];

    private readonly HandlerRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData(SocketError.TooManyOpenSockets)]
    [InlineData(SocketError.AddressNotAvailable)]
    public async Task Circuits_stay_closed_during_a_shortage_of_sockets_or_ports_and_calls_are_sent_after_it(SocketError error)
    {
        await FailAsync(error, calls: 100);

        Assert.All(
            _rig.Handler.Circuits.GetSnapshots(),
            circuit => Assert.Equal((CircuitState.Closed, 0), (circuit.State, circuit.InFlight)));
        _rig.AnswerWith(HttpStatusCode.OK);
        foreach (var host in _hosts)
        {
            Assert.False((await _rig.SendAsync(host)).IsCircuitOpen());
        }
    }

    [Fact]
    public async Task Probe_that_fails_because_of_a_socket_shortage_releases_its_slot()
    {
        await _rig.OpenAsync();
        _rig.Time.Advance(TimeSpan.FromSeconds(5));
        await FailAsync(SocketError.TooManyOpenSockets, calls: 3);
        Assert.Equal((CircuitState.HalfOpen, 0L), (_rig.Circuit.State, _rig.Circuit.InFlight));

        _rig.AnswerWith(HttpStatusCode.OK);
        await _rig.SendAsync();

        Assert.Equal(CircuitState.Closed, _rig.Circuit.State);
    }

    [Theory]
    [InlineData(SocketError.NetworkUnreachable)]
    [InlineData(SocketError.NetworkDown)]
    public async Task Circuits_open_while_the_network_is_unreachable_and_close_on_the_first_response(SocketError error)
    {
        await FailAsync(error, calls: 10);
        Assert.All(_rig.Handler.Circuits.GetSnapshots(), circuit => Assert.Equal(CircuitState.Open, circuit.State));

        _rig.AnswerWith(HttpStatusCode.OK);
        _rig.Time.Advance(TimeSpan.FromSeconds(5));
        foreach (var host in _hosts)
        {
            Assert.False((await _rig.SendAsync(host)).IsCircuitOpen());
        }

        Assert.All(_rig.Handler.Circuits.GetSnapshots(), circuit => Assert.Equal(CircuitState.Closed, circuit.State));
    }

    // The exceptions of SocketsHttpHandler.
    private async Task FailAsync(SocketError error, int calls)
    {
        var cause = new SocketException((int)error);
        _rig.AnswerWith(new HttpRequestException(HttpRequestError.ConnectionError, $"{cause.Message} (host:80)", cause));
        for (var i = 0; i < calls; i++)
        {
            foreach (var host in _hosts)
            {
                await Assert.ThrowsAsync<HttpRequestException>(() => _rig.SendAsync(host));
            }
        }
    }
}
