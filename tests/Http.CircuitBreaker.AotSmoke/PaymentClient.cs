namespace Http.CircuitBreaker.AotSmoke;

internal sealed class PaymentClient(HttpClient http)
{
    public Task<HttpResponseMessage> PayAsync() => http.GetAsync("pay");
}
