using Http.CircuitBreaker;

namespace Payments;

internal sealed class PaymentClient(HttpClient http)
{
    public async Task<Payment> ChargeAsync(CancellationToken gone)
    {
        try
        {
            using var response = await http.PostAsync("charges", content: null, gone);
            return response.IsCircuitOpen() ? Payment.Refused
                : response.IsSuccessStatusCode ? Payment.Done
                : Payment.Failed;
        }
        catch (HttpRequestException)
        {
            return Payment.Failed;
        }
        catch (TaskCanceledException) when (!gone.IsCancellationRequested)
        {
            return Payment.Failed; // HttpClient.Timeout
        }
    }
}
