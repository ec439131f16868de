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

        story.Act("The same outage, and nobody shares");
        var alone = await WithShopsAsync(null, story, ShopRole.Alone, director => director.PlayOutageAsync());

        var table = new Table().AddColumns("In the outage", "sharing", "not sharing");
        table.AddRow("calls that reached the provider", $"{shared.Reached}", $"{alone.Reached}");
        table.AddRow("of these, probes within seven seconds", $"{shared.Probes}", $"{alone.Probes}");
        table.AddRow("customers who waited for nothing", $"{shared.Failed}", $"{alone.Failed}");
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
        await PlayRetryAfterAsync();
        await PlayBrokenNetworkAsync();
        story.Act("The provider hangs; in the middle of it the server dies");
        var outage = await PlayOutageAsync();
        await PlayIsolationAsync();
        return outage;
    }

    private async Task PlayRetryAfterAsync()
    {
        story.Act("The provider asks for a pause of three seconds: one instance learns it, all stop calling");
        provider.Health = Health.Limiting;
        await UntilAllAsync(CircuitState.Open);
        var before = provider.Received;
        await PauseAsync(1.5);
        story.Show(provider.Received == before, $"{provider.Received - before} calls reached the provider in the next 1.5 s");
        provider.Health = Health.Well;
        await UntilAllAsync(CircuitState.Closed);
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
        var (reached, failed) = (provider.Received, Failed);
        provider.Health = Health.Hanging;
        story.Tell("PROVIDER", "hangs");
        await UntilAllAsync(CircuitState.Open, CircuitState.HalfOpen);
        await PauseAsync(1);
        var probes = await CountProbesAsync();
        if (server is { IsOurs: true })
        {
            await PlayWithoutServerAsync(server);
        }
        else
        {
            await PauseAsync(4);
        }

        var outage = new OutageCalls(provider.Received - reached, probes, Failed - failed);
        provider.Health = Health.Well;
        story.Tell("PROVIDER", "is well again");
        await UntilAllAsync(CircuitState.Closed);
        return outage;
    }

    private int Failed => shops.Sum(shop => shop.Calls.Failed);

    private async Task<int> CountProbesAsync()
    {
        var (received, probing) = (provider.Received, shops.Sum(shop => shop.Probing));
        await PauseAsync(7);
        var (calls, leases) = (provider.Received - received, shops.Sum(shop => shop.Probing) - probing);
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

    private sealed record OutageCalls(int Reached, int Probes, int Failed);
}
