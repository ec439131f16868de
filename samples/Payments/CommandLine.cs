namespace Payments;

/// <summary>The parsed arguments. If <paramref name="Output"/> is set, the program prints it and exits.</summary>
internal sealed record CommandLine(bool Watch, string? Output = null, bool IsError = false)
{
    public const string Title = "One payment provider, two shops, one circuit breaker";

    private static readonly string _help = $"""
        {Title}

        Two shops charge their customers through the same payment provider, over real HTTP on loopback.
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
