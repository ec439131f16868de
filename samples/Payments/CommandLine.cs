namespace Payments;

/// <summary>What the user asked for; with an answer, the program prints it and ends.</summary>
internal sealed record CommandLine(bool Watch, string? Answer = null, bool IsError = false)
{
    public const string Title = "One payment provider, two shops, one circuit breaker";

    private static readonly string _help = $"""
        {Title}

        Two shops charge their customers through the same payment provider, over real HTTP on loopback.
        The provider falls ill by a script: {Script.Description}.
        One shop's PaymentClient has .AddCircuitBreaker(), the other's has not. See what that one line is worth.

        Usage: dotnet run --project samples/Payments [-- --watch]

          (none)    plays the script once, in {Script.Length.TotalSeconds:0} s, and ends with a summary
          --watch   plays it again and again until Ctrl+C; the summary is about the last whole round.
                    Prints the address of the live page of the shop with the breaker, and of its metrics for Prometheus
          --help    shows this

        In a terminal there is a live view; with the output redirected there are plain lines.
        The breaker's thresholds: {SettingsFile}
        With --watch, try other ones: an edit of that file takes effect at once.
        """;

    public static string SettingsFile => Path.GetRelativePath(Environment.CurrentDirectory, Path.Combine(AppContext.BaseDirectory, "appsettings.json"));

    public static CommandLine Parse(string[] args)
    {
        var unknown = args.FirstOrDefault(argument => argument is not ("--watch" or "--help" or "-h"));
        return unknown is not null
            ? new CommandLine(false, $"Unknown argument '{unknown}'. Known are --watch and --help; none of them plays the script once.", IsError: true)
            : args.Contains("--help") || args.Contains("-h")
                ? new CommandLine(false, _help)
                : new CommandLine(args.Contains("--watch"));
    }

    public int Print()
    {
        (IsError ? Console.Error : Console.Out).WriteLine(Answer);
        return IsError ? 2 : 0;
    }
}
