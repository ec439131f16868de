namespace Payments.Views;

internal interface IView
{
    /// <summary>Shows the run until <paramref name="end"/>.</summary>
    Task ShowAsync(CancellationToken end);
}
