using Fleet.Shops;
using Http.CircuitBreaker;
using Spectre.Console;

namespace Fleet;

/// <summary>Runs the demo with instances that share their circuits, and then the same outage with instances that do not.</summary>
internal sealed class FleetDemo(Provider provider, SharedServer? server, IReadOnlyList<ShopProcess> shops, Transcript transcript)
{
    private static readonly string[] _names = ["shop-a", "shop-b", "shop-c"];
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan _checkInterval = TimeSpan.FromMilliseconds(50);

    public static async Task RunAsync(string? redis)
    {
        var transcript = new Transcript();
        using var server = await SharedServer.OpenAsync(redis);
        transcript.Write("REDIS", $"{(server.IsOurs ? "garnet, started by the sample," : "your server")} at {server.Address}");
        var shared = await WithShopsAsync(server, transcript, server.Address, demo => demo.RunSharedAsync());

        transcript.WriteStep("The same pause and the same outage without sharing");
        var alone = await WithShopsAsync(null, transcript, ShopProgram.Alone, demo => demo.RunAloneAsync());

        var table = new Table().AddColumns("Calls that reached the provider", "sharing", "not sharing");
        table.AddRow("during the pause that it requested from one instance", $"{shared.Paused}", $"{alone.Paused}");
        table.AddRow("until all circuits were open in the outage", $"{shared.First}", $"{alone.First}");
        table.AddRow("probes in the next seven seconds", $"{shared.Probes}", $"{alone.Probes}");
        AnsiConsole.WriteLine();
        AnsiConsole.Write(table);
    }

    private static async Task<OutageCalls> WithShopsAsync(
        SharedServer? server, Transcript transcript, string address, Func<FleetDemo, Task<OutageCalls>> run)
    {
        await using var provider = await Provider.StartAsync();
        ShopProcess[] shops = [.. _names.Select(name => new ShopProcess(name, provider.Address, address, transcript))];
        try
        {
            await Task.WhenAll(shops.Select(shop => shop.Ready));
            transcript.Write("LIVE PAGE", shops[0].LivePage);
            await WaitAsync(3);
            return await run(new FleetDemo(provider, server, shops, transcript));
        }
        finally
        {
            Array.ForEach(shops, shop => shop.Dispose());
        }
    }

    private static Task WaitAsync(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System);

    private async Task<OutageCalls> RunSharedAsync()
    {
        transcript.WriteStep("The provider asks one instance for a pause of three seconds: all instances stop calling it");
        var paused = await RunPauseAsync(expectedOpen: shops.Count);
        await RunNetworkFailureAsync();
        transcript.WriteStep("The provider hangs, and Redis is killed during the outage");
        var outage = await RunOutageAsync();
        await RunIsolationAsync();
        return outage with { Paused = paused };
    }

    private async Task<OutageCalls> RunAloneAsync()
    {
        var paused = await RunPauseAsync(expectedOpen: 1);
        return await RunOutageAsync() with { Paused = paused };
    }

    private async Task<int> RunPauseAsync(int expectedOpen)
    {
        var before = provider.Received;
        provider.AskForPause();
        await UntilAsync(() => shops.Count(shop => shop.State == CircuitState.Open) == expectedOpen);
        var received = provider.Received;
        await WaitAsync(2);
        var (open, calls) = (shops.Count(shop => shop.State == CircuitState.Open), provider.Received - received);
        transcript.WriteCheck(
            open == expectedOpen && (calls == 0) == (expectedOpen == shops.Count),
            $"{open} of {shops.Count} circuits are open, {calls} calls reached the provider in the next two seconds");
        await UntilAllAsync(CircuitState.Closed);
        return received - before - 1 + calls;
    }

    private async Task RunNetworkFailureAsync()
    {
        transcript.WriteStep("One instance loses its network: only its own circuit opens");
        await WaitAsync(2);
        shops[0].Send(ShopProgram.Disconnect);
        await UntilAsync(() => shops[0].State == CircuitState.Open);

        // Wait long enough for a probe to fail.
        await WaitAsync(5);
        transcript.WriteCheck(
            shops.Skip(1).All(shop => shop.State == CircuitState.Closed), "the other circuits stay closed, even after a failed probe");
        shops[0].Send(ShopProgram.Reconnect);
        await UntilAllAsync(CircuitState.Closed);
    }

    private async Task<OutageCalls> RunOutageAsync()
    {
        await WaitAsync(3);
        var before = provider.Received;
        provider.IsHanging = true;
        transcript.Write("PROVIDER", "hangs");
        await UntilAllAsync(CircuitState.Open, CircuitState.HalfOpen);
        await WaitAsync(1);
        var first = provider.Received - before;
        var probes = await CountProbesAsync();
        if (server is { IsOurs: true })
        {
            await RunWithoutRedisAsync(server);
        }
        else
        {
            await WaitAsync(4);
        }

        provider.IsHanging = false;
        transcript.Write("PROVIDER", "answers again");
        await UntilAllAsync(CircuitState.Closed);
        return new OutageCalls(first, probes);
    }

    private async Task<int> CountProbesAsync()
    {
        var (received, probing) = (provider.Received, shops.Sum(shop => shop.HalfOpenings));
        await WaitAsync(7);

        // The output of an instance arrives slightly after the call.
        int calls = 0, probes = 0;
        await UntilAsync(() => (calls = provider.Received - received) == (probes = shops.Sum(shop => shop.HalfOpenings) - probing));
        transcript.WriteCheck(calls == probes, $"{calls} calls reached the provider in 7 s, all instances together sent {probes} probes");
        return calls;
    }

    private async Task RunWithoutRedisAsync(SharedServer redis)
    {
        redis.Kill();
        transcript.Write("REDIS", "is killed");
        await WaitAsync(4);
        var slowest = shops.Max(shop => shop.Calls.SlowestRejectionMilliseconds);
        transcript.WriteCheck(
            shops.All(shop => shop.State != CircuitState.Closed),
            $"calls are rejected as before, the slowest rejection took {slowest} ms");
        await redis.StartAsync();
        transcript.Write("REDIS", "is started again, without data");
    }

    private async Task RunIsolationAsync()
    {
        transcript.WriteStep("An operator isolates the provider on one instance, and resets it on another: both apply to all");
        await WaitAsync(2);
        shops[1].Send(ShopProgram.Isolate);
        transcript.WriteCheck(await UntilAllAsync(CircuitState.Isolated), "all circuits are isolated");
        shops[2].Send(ShopProgram.Reset);
        transcript.WriteCheck(await UntilAllAsync(CircuitState.Closed), "all circuits are closed");
    }

    private Task<bool> UntilAllAsync(params CircuitState[] states) => UntilAsync(() => shops.All(shop => states.Contains(shop.State)));

    // Returns false after a timeout, and the next check then fails.
    private static async Task<bool> UntilAsync(Func<bool> condition)
    {
        for (var checks = 0; checks < _timeout / _checkInterval; checks++)
        {
            if (condition())
            {
                return true;
            }

            await Task.Delay(_checkInterval, TimeProvider.System);
        }

        return false;
    }

    private sealed record OutageCalls(int First, int Probes, int Paused = 0);
}
