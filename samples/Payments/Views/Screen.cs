using Payments.Statistics;
using Spectre.Console;

namespace Payments.Views;

internal interface IView
{
    /// <summary>Shows the run until <paramref name="cancellationToken"/> is canceled.</summary>
    Task ShowAsync(CancellationToken cancellationToken);
}

/// <summary>Shows the run until disposed: a live view in a terminal, plain lines in redirected output.</summary>
internal sealed class Screen : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly Task _showing;

    private Screen(IView view) => _showing = view.ShowAsync(_end.Token);

    public static Screen Open(bool watch, Uri shop, Measurements measurements, RunClock clock)
    {
        var isTerminal = !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Ansi;
        return new Screen(isTerminal ? new LiveView(watch, shop, measurements, clock) : new PlainView(watch, shop, measurements, clock));
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _showing;
        _end.Dispose();
    }
}

/// <summary>A periodic timer that returns false on cancellation instead of throwing.</summary>
internal sealed class RefreshTimer(TimeSpan period, TimeProvider time) : IDisposable
{
    private readonly PeriodicTimer _timer = new(period, time);

    public async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _timer.WaitForNextTickAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public void Dispose() => _timer.Dispose();
}
