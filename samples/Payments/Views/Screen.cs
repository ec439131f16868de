using Payments.Score;
using Spectre.Console;

namespace Payments.Views;

/// <summary>Shows the run until it is disposed of: live in a terminal, otherwise in plain lines.</summary>
internal sealed class Screen : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly Task _showing;

    private Screen(IView view) => _showing = view.ShowAsync(_end.Token);

    public static Screen Open(bool watch, Uri shop, Scoreboard board, RunClock clock)
    {
        var isTerminal = !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Ansi;
        return new Screen(isTerminal ? new LiveView(watch, shop, board, clock) : new PlainView(watch, shop, board, clock));
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _showing;
        _end.Dispose();
    }
}
