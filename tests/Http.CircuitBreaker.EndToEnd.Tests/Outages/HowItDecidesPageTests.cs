using System.Text.RegularExpressions;
using Http.CircuitBreaker.Benchmarks.Outages;
using Http.CircuitBreaker.Benchmarks.Outages.Contenders;
using Http.CircuitBreaker.Benchmarks.Outages.Results;
using Http.CircuitBreaker.Benchmarks.Outages.Scripts;
using Http.CircuitBreaker.Tests.Support;
using static System.FormattableString;

namespace Http.CircuitBreaker.EndToEnd.Tests.Outages;

/// <summary>The outage that docs/how-it-decides.md describes is the first run of the script <c>hang_10s</c>.</summary>
public sealed partial class HowItDecidesPageTests
{
    private static readonly OutageScript _script = OutageScripts.All.Single(script => script.Name == "hang_10s") with { Runs = 1 };
    private static readonly string _page = Repository.Read("src/Http.CircuitBreaker/docs/how-it-decides.md");

    [Fact]
    public async Task Figures_on_the_how_it_decides_page_match_the_simulated_outage()
    {
        var changes = new List<(TimeSpan At, CircuitStateChange Change)>();
        var ours = await RunAsync(AllContenders.Ours with { CreateHandler = context => Create(context, changes) });
        var none = await RunAsync(AllContenders.None);
        var (opened, first, last, probed, closed) = (changes[0].Change, changes[1].Change, changes[^3].Change, changes[^2], changes[^1]);

        Assert.Equal([.. changes.Take(3).Select(Row), .. changes.TakeLast(3).Select(Row)], Rows().Matches(_page).Select(row => row.Value));
        AssertContains(Invariant($"{opened.Overdue} calls are waiting"));
        AssertContains(Invariant($"{first.Rejected} calls have been rejected"));
        AssertContains(Invariant($"opening {last.ConsecutiveOpenings}"));
        AssertContains(Invariant($"answered after {(closed.At - probed.At).TotalSeconds:0.00} s"));
        AssertContains(Invariant($"lasted {closed.Change.OutageDuration!.Value.TotalSeconds:0.0} s, and {closed.Change.Rejected:N0} calls were rejected"));
        AssertContains(Invariant($"send {ours.Sent:N0} calls into the outage, instead of {none.Sent:N0} without a circuit breaker"));
        AssertContains(Invariant($"wait {ours.Wasted:N0} s in vain, instead of {none.Wasted:N0} s"));
        AssertContains(Invariant($"{ours.GoodRejected:N0} calls that the host could have served were rejected"));
    }

    // The simulation runs on one thread and must not have a synchronization context.
    private static Task<Figures> RunAsync(Contender contender) => Task.Run(() => OutageRun.Run(_script, contender));

    /// <summary>Records the changes of the first of the four processes.</summary>
    private static CircuitBreakerHandler Create(ContenderContext context, List<(TimeSpan At, CircuitStateChange Change)> changes)
    {
        var options = new CircuitBreakerOptions { ClientTimeout = context.ClientTimeout };
        if (context.Number == 0)
        {
            options.OnStateChange = change => changes.Add((context.Time.Now, change));
        }

        var handler = new CircuitBreakerHandler(options, timeProvider: context.Time) { InnerHandler = context.Host };
        SeededJitter.Install(handler, context.Number);
        return handler;
    }

    private static string Row((TimeSpan At, CircuitStateChange Change) entry) =>
        Invariant($"| {entry.At.TotalSeconds:0.0} | {entry.Change.State} | {entry.Change.Reason} |");

    private static void AssertContains(string figure) =>
        Assert.Contains(figure, WhiteSpace().Replace(_page, " "), StringComparison.Ordinal);

    [GeneratedRegex(@"^\| [\d.]+ \| \w+ \| \w+ \|", RegexOptions.Multiline)]
    private static partial Regex Rows();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
