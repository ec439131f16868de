namespace Http.CircuitBreaker.EndToEnd.Tests.Page.Support;

/// <summary>A typed client.</summary>
internal sealed class PaymentClient(HttpClient http)
{
    public const string Name = nameof(PaymentClient);

    /// <summary>Sends a call and returns its status.</summary>
    public async Task<int> PayAsync(Uri address)
    {
        using var response = await http.GetAsync(address);
        return (int)response.StatusCode;
    }
}
