namespace Http.CircuitBreaker.Tests.Content;

/// <summary>Trailers and deadlines of gRPC replies.</summary>
public sealed class GrpcBodyTests
{
    [Theory]
    [InlineData("0", false)]
    [InlineData("1", false)]
    [InlineData("4", true)]
    [InlineData("5", false)]
    [InlineData("8", true)]
    [InlineData("13", true)]
    [InlineData("14", true)]
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
    public async Task Cancelled_stream_is_a_failure_only_after_its_own_deadline(string? deadline, int failed)
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

    /// <summary>At a deadline the gRPC client disposes the response before the read is cancelled.</summary>
    [Theory]
    [InlineData(true, 20, 1)]
    [InlineData(true, 10, 0)]
    [InlineData(false, 20, 0)]
    public async Task Disposed_gRPC_reply_is_a_failure_only_if_cancelled_at_the_deadline(bool isCancelled, int seconds, int failed)
    {
        using var bench = new BodyBench();
        using var call = new CancellationTokenSource();
        var response = await GetAsync(bench, "20S", [new byte[10], new TaskCompletionSource().Task], call.Token);
        var stream = await response.Content.ReadAsStreamAsync(CancellationToken.None);
        await stream.ReadExactlyAsync(new byte[10], CancellationToken.None);
        _ = stream.ReadAsync(new byte[1], CancellationToken.None).AsTask();
        bench.Time.Advance(TimeSpan.FromSeconds(seconds));
        if (isCancelled)
        {
            await call.CancelAsync();
        }

        response.Dispose();
        Assert.Equal((1 - failed, failed, 0), bench.Totals);
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
