namespace Http.CircuitBreaker.EndToEnd.Tests.Page.Support;

/// <summary>A typed client as an application has it.</summary>
internal sealed class PaymentClient(HttpClient http)
{
    public const string Name = nameof(PaymentClient);

    /// <summary>The status of one call.</summary>
    public async Task<int> PayAsync(Uri address)
    {
        using var response = await http.GetAsync(address);
        return (int)response.StatusCode;
    }
}
