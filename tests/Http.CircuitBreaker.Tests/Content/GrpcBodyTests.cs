namespace Http.CircuitBreaker.Tests.Content;

/// <summary>Trailers and deadlines of gRPC replies.</summary>
public sealed class GrpcBodyTests
{
    [Theory]
    [InlineData("0", false)]
    [InlineData("1", false)]
    [InlineData("2", true)]
    [InlineData("4", true)]
    [InlineData("5", false)]
    [InlineData("8", true)]
    [InlineData("13", true)]
    [InlineData("14", true)]
    [InlineData("15", true)]
    [InlineData("16", false)]
    public async Task Server_side_gRPC_status_in_the_trailers_is_a_failure(string status, bool isFailure)
    {
        using var bench = new BodyBench();
        var response = await GetAsync(bench, null, [new byte[10]]);
        response.TrailingHeaders.Add("grpc-status", status);
        Assert.Equal((1, 0, 0), bench.Totals);
        await response.Content.CopyToAsync(Stream.Null);
        Assert.Equal(isFailure ? (0, 1, 0) : (1, 0, 0), bench.Totals);
        Assert.Equal(isFailure ? $"grpc_{status}" : null, bench.Circuit.LastFailureReason);
    }

    [Fact]
    public async Task Configured_gRPC_status_codes_replace_the_default()
    {
        using var bench = new BodyBench(options => options.FailureGrpcStatusCodes = ["5", "7-9"]);
        foreach (var status in (string[])["2", "4", "5", "7", "8", "9", "10", "14"])
        {
            var response = await GetAsync(bench, null, [new byte[10]]);
            response.TrailingHeaders.Add("grpc-status", status);
            await response.Content.CopyToAsync(Stream.Null);
        }

        Assert.Equal((4, 4, 0), bench.Totals);
    }

    [Fact]
    public async Task Probe_with_a_failure_status_in_the_trailers_reopens_the_circuit()
    {
        using var bench = new BodyBench();
        await bench.GetWholeAsync();
        bench.IsolateUntilProbe();
        for (var i = 0; i < 2; i++)
        {
            var response = await GetAsync(bench, null, [new byte[10]]);
            response.TrailingHeaders.Add("grpc-status", "14");
            await response.Content.CopyToAsync(Stream.Null);
        }

        Assert.Equal((CircuitState.Open, "grpc_14"), (bench.Circuit.State, bench.Circuit.LastFailureReason));
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData("20S", 1)]
    [InlineData("40S", 0)]
    public async Task Canceled_gRPC_stream_is_a_failure_only_at_its_deadline(string? deadline, int failed)
    {
        using var bench = new BodyBench();
        using var call = new CancellationTokenSource();
        var response = await GetAsync(bench, deadline, [new byte[10], new TaskCompletionSource().Task], call.Token);
        var stream = await response.Content.ReadAsStreamAsync();
        await stream.ReadExactlyAsync(new byte[10], call.Token);
        var reading = stream.ReadAsync(new byte[10], call.Token).AsTask();
        bench.Time.Advance(TimeSpan.FromSeconds(20));
        await call.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        Assert.Equal((1 - failed, failed, 0), bench.Totals);
    }

    /// <summary>
    /// At a deadline the gRPC client cancels the read and disposes the response before the read ends. A handler outside may have linked
    /// the token of the call.
    /// </summary>
    [Theory]
    [InlineData(true, 20, 1)]
    [InlineData(true, 10, 0)]
    [InlineData(false, 20, 0)]
    public async Task Disposed_gRPC_reply_is_a_failure_only_if_canceled_at_the_deadline(bool isCanceled, int seconds, int failed)
    {
        foreach (var isLinked in (bool[])[false, true])
        {
            using var bench = new BodyBench();
            using var call = new CancellationTokenSource();
            using var linked = new CancellationTokenSource();
            Func<Task> stall = () => new TaskCompletionSource().Task;
            var response = await GetAsync(bench, "20S", [new byte[10], stall], isLinked ? linked.Token : call.Token);
            var stream = await response.Content.ReadAsStreamAsync(call.Token);
            await stream.ReadExactlyAsync(new byte[10], call.Token);
            _ = stream.ReadAsync(new byte[1], call.Token).AsTask();
            bench.Time.Advance(TimeSpan.FromSeconds(seconds));
            if (isCanceled)
            {
                await call.CancelAsync();
            }

            response.Dispose();
            Assert.Equal((1 - failed, failed, 0), bench.Totals);
        }
    }

    private static async Task<HttpResponseMessage> GetAsync(
        BodyBench bench, string? deadline, object[] script, CancellationToken token = default)
    {
        bench.Answer = request =>
        {
            var content = new ScriptedContent(script);
            content.Headers.TryAddWithoutValidation("Content-Type", "application/grpc");
            request.Headers.TryAddWithoutValidation("grpc-timeout", deadline);
            return Task.FromResult(new HttpResponseMessage { Version = new Version(2, 0), Content = content, RequestMessage = request });
        };
        return await bench.SendAsync(HttpMethod.Post, token);
    }
}
