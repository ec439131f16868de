using Fleet;
using Fleet.Shops;

switch (args)
{
    case ["shop", var name, var provider, var server]:
        await ShopProgram.RunAsync(name, new Uri(provider), server);
        return 0;
    case [] or ["--redis", _]:
        await FleetDemo.RunAsync(args.ElementAtOrDefault(1));
        return 0;
    default:
        await Console.Error.WriteLineAsync("""
            Three instances of a shop share the circuit of one payment provider.

              (none)            starts a Redis-compatible server, runs for about 90 seconds, and prints a summary
              --redis ADDRESS   uses that server instead, for example localhost:6379, and does not stop it
              --help            shows this text
            """);
        return args is ["--help" or "-h"] ? 0 : 2;
}
