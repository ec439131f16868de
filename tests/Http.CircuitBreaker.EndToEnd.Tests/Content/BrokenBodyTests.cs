namespace Http.CircuitBreaker.EndToEnd.Tests.Bodies;

/// <summary>A host whose bodies break behind good headers opens its circuit, however its bodies are read.</summary>
public sealed class BrokenBodyTests
{
    private static readonly TimeSpan _bound = TimeSpan.FromSeconds(60);

    public static TheoryData<string> Faults => new(BrokenBodies.All);

    public static TheoryData<string> ReadsByTheClient => new(WholeReads.ByTheClient.Keys);

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Three_bodies_that_break_in_a_row_open_however_they_are_read(string fault)
    {
        await using var server = BrokenBodies.Serve();
        foreach (var (name, read) in WholeReads.All)
        {
            using var client = new GuardedClient(server.Address, options => (options.ConsecutiveFailures, options.ConsecutiveFailuresDuration) = (3, TimeSpan.Zero));
            for (var i = 0; i < 3; i++)
            {
                Assert.True(i == 0 || client.Circuit.State == CircuitState.Closed, name);
                await Assert.ThrowsAnyAsync<Exception>(() => read(client.Http, fault).WaitAsync(_bound));
            }

            var circuit = client.Circuit;
            Assert.Equal((name, CircuitState.Open, 0, 3), (name, circuit.State, circuit.TotalSucceeded, circuit.TotalFailed));
            using var rejected = await client.Http.GetAsync(fault).WaitAsync(_bound);
            Assert.True(rejected.IsCircuitOpen());
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Bodies_that_break_now_and_then_open_by_their_share(string fault)
    {
        await using var server = BrokenBodies.Serve();
        using var client = new GuardedClient(server.Address, options => options.MinimumThroughput = 6);
        foreach (var path in new[] { fault, "whole", fault, "whole", "whole" })
        {
            var exception = await Record.ExceptionAsync(() => client.Http.GetStringAsync(path).WaitAsync(_bound));
            Assert.Equal(path == "whole", exception is null);
        }

        Assert.Equal((CircuitState.Closed, 5, 2), (client.Circuit.State, client.Circuit.Total, client.Circuit.Failed));
        await Assert.ThrowsAnyAsync<Exception>(() => client.Http.GetStringAsync(fault).WaitAsync(_bound));
        Assert.Equal(CircuitState.Open, client.Circuit.State);
    }

    [Theory]
    [MemberData(nameof(ReadsByTheClient))]
    public async Task Bodies_that_stall_under_the_clients_timeout_open(string read)
    {
        await using var server = BrokenBodies.Serve();
        using var client = new GuardedClient(server.Address, options => (options.ConsecutiveFailures, options.ConsecutiveFailuresDuration) = (3, TimeSpan.Zero), TimeSpan.FromMilliseconds(500));

        // Three in a row open. A machine that stands still for a tenth of a second may hide one from the rule for GetFromJsonAsync.
        var calls = 0;
        do
        {
            var fault = calls % 2 == 0 ? "stalled" : "stalled-chunked";
            var timeout = await Assert.ThrowsAsync<TaskCanceledException>(
                () => WholeReads.ByTheClient[read](client.Http, fault).WaitAsync(_bound));
            Assert.IsType<TimeoutException>(timeout.InnerException);
        }
        while (++calls < 9 && client.Circuit.State == CircuitState.Closed);

        Assert.Equal((CircuitState.Open, "timeout"), (client.Circuit.State, client.Circuit.LastFailureReason));
    }

    [Theory]
    [InlineData("truncated", "response_ended")]
    [InlineData("chunked", "response_ended")]
    [InlineData("chunk-size", "invalid_response")]
    [InlineData("gzip", "System.IO.InvalidDataException")]
    [InlineData("brotli", "System.InvalidOperationException")]
    [InlineData("reset", "System.IO.IOException")]
    public async Task The_reason_of_a_broken_body_does_not_depend_on_how_it_is_read(string fault, string reason)
    {
        await using var server = BrokenBodies.Serve();
        foreach (var (name, read) in WholeReads.All)
        {
            using var client = new GuardedClient(server.Address, _ => { });
            await Assert.ThrowsAnyAsync<Exception>(() => read(client.Http, fault).WaitAsync(_bound));
            Assert.Equal((name, reason), (name, client.Circuit.LastFailureReason));
        }
    }

    [Fact]
    public async Task Whole_bodies_never_open_however_they_are_read()
    {
        await using var server = BrokenBodies.Serve();
        using var client = new GuardedClient(
            server.Address, options => (options.MinimumThroughput, options.FailureRatio) = (1, 0.01));
        foreach (var (_, read) in WholeReads.All)
        {
            await read(client.Http, "whole").WaitAsync(_bound);
        }

        Assert.Equal((CircuitState.Closed, 0), (client.Circuit.State, client.Circuit.TotalFailed));
        Assert.Equal(WholeReads.All.Count(), client.Circuit.TotalSucceeded);
    }
}
