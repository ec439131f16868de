using Payments;
using Payments.Score;
using Payments.Views;

var arguments = CommandLine.Parse(args);
if (arguments.Answer is not null)
{
    return arguments.Print();
}

using var stop = new StopSignal();
var clock = new RunClock(TimeProvider.System);
var board = new Scoreboard(clock);

await using var provider = await Provider.StartAsync(board, clock);
await using var guarded = await Shop.OpenAsync(board.Guarded.Shop, provider.Address, isGuarded: true, board.Circuit);
await using var unguarded = await Shop.OpenAsync(board.Unguarded.Shop, provider.Address, isGuarded: false, board.Circuit);
using var customers = new Customers(clock, [(guarded.Address, board.Guarded), (unguarded.Address, board.Unguarded)]);
board.Circuit.Watch(guarded.Circuits);
Summary? summary = null;

try
{
    await customers.WarmUpAsync(stop.Token);
    clock.Restart();
    await using var view = Screen.Open(arguments.Watch, guarded.Address, board, clock);
    do
    {
        board.StartRound();
        await Task.WhenAll(Script.PlayAsync(board.Health, clock, stop.Token), customers.ComeAsync(Script.Length, stop.Token));
        summary = Summary.Of(board);
    }
    while (arguments.Watch);
}
catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
{
    // Ctrl+C: what was measured until now is still worth its summary.
}

SummaryView.Print(summary ?? Summary.Of(board));
return 0;
