namespace Payments;

/// <summary>The parsed arguments. If <paramref name="Output"/> is set, the program prints it and exits.</summary>
internal sealed record CommandLine(bool Watch, string? Output = null, bool IsError = false)
{
    public const string Title = "One payment provider, two shops, one circuit breaker";

    public static readonly string Introduction = $"""
        {Title}

        A circuit breaker stops calling a service that fails, and tries again after a short break.
        Two shops take payments through the same provider; each can work on {Shop.MaxRequests} requests at a time.
        Each second, {Customers.CheckoutsPerSecond} customers check out and {Customers.CatalogueVisitsPerSecond} look at the catalogue, which needs no payment.
        With the breaker open, an order is saved and paid after the outage. A call that failed is a lost order.
        """;

    private static readonly string _help = $"""
        {Introduction}

        The provider follows a script: {Script.Description}.
        The PaymentClient of one shop has .AddCircuitBreaker(); that of the other shop does not. Nothing else differs.

        Usage: dotnet run --project samples/Payments [-- --watch]

          (none)    runs the script once, in {Script.Length.TotalSeconds:0} s, and prints a summary
          --watch   repeats the script until Ctrl+C and prints a summary of the last complete round. Shows the addresses
                    of the live page and of the Prometheus metrics of the shop with the breaker
          --help    prints this text

        A terminal shows a live view; redirected output gets plain lines.
        The breaker's thresholds: {SettingsFile}
        While --watch is running, changes to that file take effect immediately.
        """;

    public static string SettingsFile =>
        Path.GetRelativePath(Environment.CurrentDirectory, Path.Combine(AppContext.BaseDirectory, "appsettings.json"));

    public static CommandLine Parse(string[] args)
    {
        var unknown = args.FirstOrDefault(argument => argument is not ("--watch" or "--help" or "-h"));
        return unknown is not null
            ? new CommandLine(false, $"Unknown argument '{unknown}'. Use --watch, --help, or no argument to run the script once.", IsError: true)
            : args.Contains("--help") || args.Contains("-h")
                ? new CommandLine(false, _help)
                : new CommandLine(args.Contains("--watch"));
    }

    public int Print()
    {
        (IsError ? Console.Error : Console.Out).WriteLine(Output);
        return IsError ? 2 : 0;
    }
}
