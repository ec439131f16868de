using Fleet;
using Fleet.Shops;

switch (args)
{
    case ["shop", var name, var provider, var server]:
        await ShopRole.RunAsync(name, new Uri(provider), server);
        return 0;
    case [] or ["--redis", _]:
        await Director.PlayAsync(args.ElementAtOrDefault(1));
        return 0;
    default:
        await Console.Error.WriteLineAsync("""
            Three instances of a shop, one payment provider: what one instance learns, all know.

              (none)            starts a server of the Redis protocol by itself, plays its acts in a minute and a half, ends with a summary
              --redis ADDRESS   takes that server instead, such as localhost:6379, and does not stop it in mid-outage
              --help            shows this
            """);
        return args is ["--help" or "-h"] ? 0 : 2;
}
