using Payments;
using Payments.Statistics;
using Payments.Views;

var arguments = CommandLine.Parse(args);
if (arguments.Output is not null)
{
    return arguments.Print();
}

using var stop = new StopSignal();
var clock = new RunClock(TimeProvider.System);
var measurements = new Measurements(clock);

await using var provider = await Provider.StartAsync(measurements, clock);
await using var guarded = await Shop.StartAsync(measurements.Guarded, provider.Address, isGuarded: true, measurements.Circuit);
await using var unguarded = await Shop.StartAsync(measurements.Unguarded, provider.Address, isGuarded: false, measurements.Circuit);
using var customers = new Customers(clock, [(guarded.Address, measurements.Guarded), (unguarded.Address, measurements.Unguarded)]);
measurements.Circuit.Attach(guarded.Circuits);
Summary? summary = null;

try
{
    await customers.WarmUpAsync(stop.Token);
    clock.Restart();
    await using var view = Screen.Open(arguments.Watch, guarded.Address, measurements, clock);
    do
    {
        measurements.StartRound();
        await Task.WhenAll(Script.PlayAsync(measurements.Health, clock, stop.Token), customers.RunAsync(Script.Length, stop.Token));
        summary = Summary.Create(measurements);
    }
    while (arguments.Watch);
}
catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
{
    // Ctrl+C: print a summary of the measurements so far.
}

SummaryView.Print(summary ?? Summary.Create(measurements));
return 0;
