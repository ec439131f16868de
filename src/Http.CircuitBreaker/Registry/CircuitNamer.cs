namespace Http.CircuitBreaker.Registry;

/// <summary>Asks the user's own code for the name of a request's circuit. If that throws, the request has none, and the fault is told once.</summary>
internal sealed class CircuitNamer(string client, IRegistryEvents events)
{
    private int _isFaulty;

    public CircuitKey? Name(HttpRequestMessage request, Func<HttpRequestMessage, string?> naming)
    {
        try
        {
            return naming(request) is { } name ? CircuitKey.FromName(client, name) : null;
        }
        catch (Exception exception)
        {
            if (Interlocked.Exchange(ref _isFaulty, 1) == 0)
            {
                events.OnUserFault(nameof(CircuitBreakerOptions.CircuitName), client, exception);
            }

            return null;
        }
    }
}
