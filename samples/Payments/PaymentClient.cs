using Http.CircuitBreaker;

namespace Payments;

internal enum PaymentResult
{
    Paid,
    Failed,

    /// <summary>The circuit was open, so the provider was not called.</summary>
    Rejected,
}

internal sealed class PaymentClient(HttpClient http)
{
    public async Task<PaymentResult> ChargeAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.PostAsync("charges", content: null, cancellationToken);
            return response.IsCircuitOpen() ? PaymentResult.Rejected
                : response.IsSuccessStatusCode ? PaymentResult.Paid
                : PaymentResult.Failed;
        }
        catch (HttpRequestException)
        {
            return PaymentResult.Failed;
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return PaymentResult.Failed; // HttpClient.Timeout
        }
    }
}
