using Fleet.Shops;
using Http.CircuitBreaker;
using Spectre.Console;

namespace Fleet;

/// <summary>Plays the acts: first with instances that share their circuits, then the same outage with instances that do not.</summary>
internal sealed class Director(Provider provider, SharedServer? server, IReadOnlyList<Shop> shops, Story story)
{
    private static readonly string[] _names = ["shop-a", "shop-b", "shop-c"];
    private static readonly TimeSpan _outage = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(50);

    public static async Task PlayAsync(string? redis)
    {
        var story = new Story();
        using var server = await SharedServer.OpenAsync(redis);
        story.Tell("SERVER", $"{(server.IsOurs ? "garnet" : "yours")} at {server.Address}");
        var shared = await WithShopsAsync(server, story, server.Address, director => director.PlaySharedAsync());

        story.Act("The same pause and the same outage, and nobody shares");
        var alone = await WithShopsAsync(null, story, ShopRole.Alone, director => director.PlayAloneAsync());

        var table = new Table().AddColumns("What reached the provider", "sharing", "not sharing");
        table.AddRow("calls in the pause that it asked one instance for", $"{shared.Paused}", $"{alone.Paused}");
        table.AddRow("calls until all knew that it hangs (all at once)", $"{shared.First}", $"{alone.First}");
        table.AddRow("probes within the next seven seconds", $"{shared.Probes}", $"{alone.Probes}");
        AnsiConsole.WriteLine();
        AnsiConsole.Write(table);
    }

    private static async Task<OutageCalls> WithShopsAsync(SharedServer? server, Story story, string address, Func<Director, Task<OutageCalls>> play)
    {
        await using var provider = await Provider.StartAsync();
        Shop[] shops = [.. _names.Select(name => new Shop(name, provider.Address, address, story))];
        try
        {
            await Task.WhenAll(shops.Select(shop => shop.Ready));
            story.Tell("LIVE PAGE", shops[0].LivePage);
            await PauseAsync(3);
            return await play(new Director(provider, server, shops, story));
        }
        finally
        {
            Array.ForEach(shops, shop => shop.Dispose());
        }
    }

    private static Task PauseAsync(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System);

    private async Task<OutageCalls> PlaySharedAsync()
    {
        story.Act("The provider asks one instance for a pause of three seconds: all stop calling");
        var paused = await PlayPauseAsync(shops.Count);
        await PlayBrokenNetworkAsync();
        story.Act("The provider hangs; in the middle of it the server dies");
        var outage = await PlayOutageAsync();
        await PlayIsolationAsync();
        return outage with { Paused = paused };
    }

    private async Task<OutageCalls> PlayAloneAsync()
    {
        var paused = await PlayPauseAsync(learn: 1);
        return await PlayOutageAsync() with { Paused = paused };
    }

    private async Task<int> PlayPauseAsync(int learn)
    {
        var before = provider.Received;
        provider.AskForPause();
        await UntilAsync(() => shops.Count(shop => shop.State == CircuitState.Open) == learn);
        var known = provider.Received;
        await PauseAsync(2);
        var (open, calls) = (shops.Count(shop => shop.State == CircuitState.Open), provider.Received - known);
        story.Show(
            open == learn && (calls == 0) == (learn == shops.Count),
            $"{open} of {shops.Count} are open, {calls} calls reached the provider in the next two seconds");
        await UntilAllAsync(CircuitState.Closed);
        return known - before - 1 + calls;
    }

    private async Task PlayBrokenNetworkAsync()
    {
        story.Act("One instance has a broken network: its circuit opens, those of the others do not");
        await PauseAsync(2);
        shops[0].Tell("break-network");
        await UntilAsync(() => shops[0].State == CircuitState.Open);
        await PauseAsync(2);
        story.Show(shops.Skip(1).All(shop => shop.State == CircuitState.Closed), "the others are closed and sell");
        shops[0].Tell("mend-network");
        await UntilAllAsync(CircuitState.Closed);
    }

    private async Task<OutageCalls> PlayOutageAsync()
    {
        await PauseAsync(3);
        var before = provider.Received;
        provider.Health = Health.Hanging;
        story.Tell("PROVIDER", "hangs");
        await UntilAllAsync(CircuitState.Open, CircuitState.HalfOpen);
        await PauseAsync(1);
        var first = provider.Received - before;
        var probes = await CountProbesAsync();
        if (server is { IsOurs: true })
        {
            await PlayWithoutServerAsync(server);
        }
        else
        {
            await PauseAsync(4);
        }

        provider.Health = Health.Well;
        story.Tell("PROVIDER", "is well again");
        await UntilAllAsync(CircuitState.Closed);
        return new OutageCalls(first, probes);
    }

    private async Task<int> CountProbesAsync()
    {
        var (received, probing) = (provider.Received, shops.Sum(shop => shop.Probing));
        await PauseAsync(7);

        // What an instance says comes a little later than its call.
        int calls = 0, leases = 0;
        await UntilAsync(() => (calls = provider.Received - received) == (leases = shops.Sum(shop => shop.Probing) - probing));
        story.Show(calls == leases, $"{calls} calls reached the provider in 7 s, {leases} probes were sent in the whole fleet");
        return calls;
    }

    private async Task PlayWithoutServerAsync(SharedServer shared)
    {
        shared.Kill();
        story.Tell("SERVER", "is dead");
        await PauseAsync(4);
        var slowest = shops.Max(shop => shop.Calls.SlowestRefusalMilliseconds);
        story.Show(shops.All(shop => shop.State != CircuitState.Closed), $"nobody is hurt: calls are refused as before, the slowest refusal took {slowest} ms");
        await shared.StartAsync();
        story.Tell("SERVER", "is back, empty");
    }

    private async Task PlayIsolationAsync()
    {
        story.Act("An operator isolates the provider on one instance: all instances isolate it; reset on another resets all");
        await PauseAsync(2);
        shops[1].Tell("isolate");
        story.Show(await UntilAllAsync(CircuitState.Isolated), "all are isolated");
        shops[2].Tell("reset");
        story.Show(await UntilAllAsync(CircuitState.Closed), "all are closed");
    }

    private Task<bool> UntilAllAsync(params CircuitState[] states) => UntilAsync(() => shops.All(shop => states.Contains(shop.State)));

    // Bounded: what does not come is shown as it is.
    private static async Task<bool> UntilAsync(Func<bool> condition)
    {
        for (var looks = 0; looks < _outage / _look; looks++)
        {
            if (condition())
            {
                return true;
            }

            await Task.Delay(_look, TimeProvider.System);
        }

        return false;
    }

    private sealed record OutageCalls(int First, int Probes, int Paused = 0);
}
