using System.Runtime.ExceptionServices;
using Http.CircuitBreaker.Tests.Support;
using Xunit.Abstractions;

namespace Http.CircuitBreaker.Tests.Pipeline;

[Collection(HandlerAlone.Name)]
public sealed class RejectionAllocationTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Rejection_allocates_at_most_900_bytes_and_throws_no_exception()
    {
        using var rig = new HandlerRig();
        await rig.OpenAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, HandlerRig.Url);
        var thrown = 0;
        void Count(object? sender, FirstChanceExceptionEventArgs e) => Interlocked.Increment(ref thrown);
        AppDomain.CurrentDomain.FirstChanceException += Count;

        double bytes;
        try
        {
            bytes = await HandlerBytes.PerCallAsync(10_000, () => rig.Invoker.SendAsync(request, default));
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= Count;
        }

        output.WriteLine($"{bytes} B per rejection");
        Assert.True((await rig.SendAsync()).IsCircuitOpen());
        Assert.InRange(bytes, 1, 900);
        Assert.Equal(0, thrown);
    }

    [Fact]
    public async Task Failed_call_allocates_at_most_32_bytes()
    {
        using var response = new HttpResponseMessage(System.Net.HttpStatusCode.BadGateway);
        using var rig = new HandlerRig(
            options => (options.ConsecutiveFailures, options.MinimumThroughput) = (null, int.MaxValue),
            new HandlerFixed { Answer = Task.FromResult(response) });
        using var request = new HttpRequestMessage(HttpMethod.Get, HandlerRig.Url);

        var bytes = await HandlerBytes.PerCallAsync(10_000, () => rig.Invoker.SendAsync(request, default));

        output.WriteLine($"{bytes} B per failure");
        Assert.InRange(bytes, 0, 32);
    }
}
