using System.Runtime.CompilerServices;
using Http.CircuitBreaker.Tests.Support;
using Xunit.Abstractions;

namespace Http.CircuitBreaker.Tests.Pipeline;

[Collection(HandlerAlone.Name)]
public sealed class CircuitMemoryTests(ITestOutputHelper output)
{
    private const int Circuits = 20_000;

    [Fact]
    public void Circuit_retains_at_most_600_bytes_after_its_first_call()
    {
        using var rig = Rig(_ => { });

        var bytes = Measure(rig, rounds: 1);

        output.WriteLine($"{bytes:0} B per circuit");
        Assert.InRange(bytes, 100, 600);
    }

    [Fact]
    public void Circuit_with_all_features_retains_at_most_1100_bytes()
    {
        using var rig = Rig(options => options.SlowCallDuration = TimeSpan.FromSeconds(1));

        var bytes = Measure(rig, rounds: 15);

        output.WriteLine($"{bytes:0} B per circuit");
        Assert.InRange(bytes, 200, 1100);
    }

    private static HandlerRig Rig(Action<CircuitBreakerOptions> configure)
    {
        var rig = new HandlerRig(
            options =>
            {
                options.MaxCircuits = 2 * Circuits;
                configure(options);
            },
            new HandlerFixed());

        // Create everything that is shared between circuits.
        Call(rig, "warm", 100);
        return rig;
    }

    private static double Measure(HandlerRig rig, int rounds)
    {
        var before = BytesInUse();
        for (var round = 0; round < rounds; round++)
        {
            Call(rig, "host", Circuits);
            rig.Time.Advance(TimeSpan.FromSeconds(3));
        }

        var after = BytesInUse();
        Assert.Equal(Circuits + 100, rig.Handler.Circuits.GetSnapshots().Count);
        return (after - before) / (double)Circuits;
    }

    // On a busy machine, objects of earlier tests may still wait for their finalizers. They must not be freed between two readings.
    private static long BytesInUse()
    {
        var (bytes, before) = (GC.GetTotalMemory(forceFullCollection: true), long.MaxValue);
        for (var attempt = 0; attempt < 20 && bytes < before; attempt++)
        {
            GC.WaitForPendingFinalizers();
            (bytes, before) = (GC.GetTotalMemory(forceFullCollection: true), bytes);
        }

        return bytes;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Call(HandlerRig rig, string host, int count)
    {
        for (var i = 0; i < count; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{host}-{i}.example.com/");
            rig.Invoker.Send(request, default);
        }
    }
}
