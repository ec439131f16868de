namespace Http.CircuitBreaker.EndToEnd.Tests.Content;

/// <summary>Broken response bodies open the circuit, however they are read.</summary>
public sealed class BrokenBodyTests
{
    private static readonly TimeSpan _testTimeout = TimeSpan.FromSeconds(60);

    public static TheoryData<string> Faults => new(BrokenBodies.All);

    public static TheoryData<string, bool> ReadsByTheClient
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (var read in WholeReads.ByTheClient.Keys)
            {
                data.Add(read, false);
                data.Add(read, true);
            }

            return data;
        }
    }

    public static TheoryData<string, Func<HttpContent, Stream, Task>> Misuses => new()
    {
        { "copies the content while its stream is open", (content, _) => content.CopyToAsync(new MemoryStream()) },
        { "reads the content while its stream is open", (content, _) => content.ReadAsStringAsync() },
        { "copies the content synchronously", (content, _) => Task.Run(() => content.CopyTo(new MemoryStream(), null, CancellationToken.None)) },
        { "sets a limit below the length", (content, _) => content.LoadIntoBufferAsync(1) },
        { "copies the stream to one that cannot be written", (_, stream) => stream.CopyToAsync(new MemoryStream([], writable: false)) },
        { "writes to the stream", (_, stream) => stream.WriteAsync(new byte[1]).AsTask() },
    };

    [Theory]
    [MemberData(nameof(Misuses))]
    public async Task Truncated_body_is_a_failure_even_after_the_reader_has_misused_the_stream(
        string name, Func<HttpContent, Stream, Task> misuse)
    {
        Assert.NotEmpty(name);
        await using var server = BrokenBodies.Serve();
        using var client = new GuardedClient(server.Address, _ => { });
        using var response = await client.Http.GetAsync("truncated", HttpCompletionOption.ResponseHeadersRead).WaitAsync(_testTimeout);
        var stream = await response.Content.ReadAsStreamAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => misuse(response.Content, stream));
        Assert.Equal((1, 0), (client.Circuit.TotalSucceeded, client.Circuit.TotalFailed));

        await Assert.ThrowsAnyAsync<Exception>(() => stream.CopyToAsync(new MemoryStream()).WaitAsync(_testTimeout));
        Assert.Equal((0, 1, "response_ended"), (client.Circuit.TotalSucceeded, client.Circuit.TotalFailed, client.Circuit.LastFailureReason));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Three_broken_bodies_open_the_circuit_for_every_read_method(string fault)
    {
        await using var server = BrokenBodies.Serve();
        foreach (var (name, read) in WholeReads.All)
        {
            using var client = new GuardedClient(server.Address, options => (options.ConsecutiveFailures, options.ConsecutiveFailuresDuration) = (3, TimeSpan.Zero));
            for (var i = 0; i < 3; i++)
            {
                Assert.True(i == 0 || client.Circuit.State == CircuitState.Closed, name);
                await Assert.ThrowsAnyAsync<Exception>(() => read(client.Http, fault).WaitAsync(_testTimeout));
            }

            var circuit = client.Circuit;
            Assert.Equal((name, CircuitState.Open, 0, 3), (name, circuit.State, circuit.TotalSucceeded, circuit.TotalFailed));
            using var rejected = await client.Http.GetAsync(fault).WaitAsync(_testTimeout);
            Assert.True(rejected.IsCircuitOpen());
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Intermittent_broken_bodies_open_the_circuit_by_failure_ratio(string fault)
    {
        await using var server = BrokenBodies.Serve();
        using var client = new GuardedClient(server.Address, options => options.MinimumThroughput = 6);
        foreach (var path in new[] { fault, "whole", fault, "whole", "whole" })
        {
            var exception = await Record.ExceptionAsync(() => client.Http.GetStringAsync(path).WaitAsync(_testTimeout));
            Assert.Equal(path == "whole", exception is null);
        }

        Assert.Equal((CircuitState.Closed, 5, 2), (client.Circuit.State, client.Circuit.Total, client.Circuit.Failed));
        await Assert.ThrowsAnyAsync<Exception>(() => client.Http.GetStringAsync(fault).WaitAsync(_testTimeout));
        Assert.Equal(CircuitState.Open, client.Circuit.State);
    }

    [Theory]
    [MemberData(nameof(ReadsByTheClient))]
    public async Task Stalled_bodies_open_the_circuit_after_the_client_timeout(string read, bool hasLinkingHandler)
    {
        await using var server = BrokenBodies.Serve();
        using var client = new GuardedClient(
            server.Address,
            options => (options.ConsecutiveFailures, options.ConsecutiveFailuresDuration) = (3, TimeSpan.Zero),
            TimeSpan.FromSeconds(1),
            hasLinkingHandler ? new LinkingHandler() : null);

        // Three consecutive failures open the circuit. If the machine pauses, the timeout is late, and the call may count as canceled by the
        // caller. Hence up to fifteen calls.
        var calls = 0;
        do
        {
            var fault = calls % 2 == 0 ? "stalled" : "stalled-chunked";
            var timeout = await Assert.ThrowsAsync<TaskCanceledException>(
                () => WholeReads.ByTheClient[read](client.Http, fault).WaitAsync(_testTimeout));
            Assert.IsType<TimeoutException>(timeout.InnerException);
        }
        while (++calls < 15 && client.Circuit.State == CircuitState.Closed);

        Assert.Equal((CircuitState.Open, "timeout"), (client.Circuit.State, client.Circuit.LastFailureReason));
    }

    [Theory]
    [InlineData("truncated", "response_ended")]
    [InlineData("chunked", "response_ended")]
    [InlineData("chunk-size", "invalid_response")]
    [InlineData("gzip", "System.IO.InvalidDataException")]
    [InlineData("brotli", "System.InvalidOperationException")]
    [InlineData("reset", "System.IO.IOException")]
    public async Task Every_read_method_reports_the_same_failure_reason_for_a_broken_body(string fault, string reason)
    {
        await using var server = BrokenBodies.Serve();
        foreach (var (name, read) in WholeReads.All)
        {
            using var client = new GuardedClient(server.Address, _ => { });
            await Assert.ThrowsAnyAsync<Exception>(() => read(client.Http, fault).WaitAsync(_testTimeout));
            Assert.Equal((name, reason), (name, client.Circuit.LastFailureReason));
        }
    }

    [Fact]
    public async Task Complete_bodies_never_open_the_circuit()
    {
        await using var server = BrokenBodies.Serve();
        using var client = new GuardedClient(
            server.Address, options => (options.MinimumThroughput, options.FailureRatio) = (1, 0.01));
        foreach (var (_, read) in WholeReads.All)
        {
            await read(client.Http, "whole").WaitAsync(_testTimeout);
        }

        Assert.Equal((CircuitState.Closed, 0), (client.Circuit.State, client.Circuit.TotalFailed));
        Assert.Equal(WholeReads.All.Count(), client.Circuit.TotalSucceeded);
    }
}
