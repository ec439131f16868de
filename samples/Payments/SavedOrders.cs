using System.Threading.Channels;

namespace Payments;

/// <summary>Orders that could not be paid because the circuit was open. They are charged when the provider can be called again.</summary>
internal sealed class SavedOrders(IServiceProvider services, Action onPaid) : BackgroundService
{
    private const int Workers = 4;
    private static readonly TimeSpan _retryInterval = TimeSpan.FromMilliseconds(200);

    private readonly Channel<bool> _orders = Channel.CreateUnbounded<bool>();

    public void Save() => _orders.Writer.TryWrite(true);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => ChargeAsync(stoppingToken)));

    private async Task ChargeAsync(CancellationToken stoppingToken)
    {
        await foreach (var _ in _orders.Reader.ReadAllAsync(stoppingToken))
        {
            // A real shop sends an idempotency key, so that it can safely repeat a charge whose result is unknown.
            var client = services.GetRequiredService<PaymentClient>();
            while (await client.ChargeAsync(stoppingToken) != PaymentResult.Paid)
            {
                await Task.Delay(_retryInterval, TimeProvider.System, stoppingToken);
            }

            onPaid();
        }
    }
}
