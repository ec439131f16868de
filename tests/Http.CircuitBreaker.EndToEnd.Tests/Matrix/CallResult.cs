using System.Net.Sockets;
using Http.CircuitBreaker.Faults;

namespace Http.CircuitBreaker.EndToEnd.Tests.Matrix;

/// <summary>How a call ended, as far as its caller can tell.</summary>
internal sealed record Ending(string Outcome, bool IsRejected)
{
    public static async Task<Ending> OfAsync(Fault fault, HttpClient client, Uri address, CancellationToken patience)
    {
        try
        {
            using var response = await fault.Call(client, address, patience);
            return new Ending($"{(int)response.StatusCode}", response.IsCircuitOpen());
        }
        catch (Exception exception) when (!patience.IsCancellationRequested)
        {
            return new Ending(NameOf(exception), IsRejected: false);
        }
    }

    // Not the whole chain: whether a reset comes while connecting, writing or reading is the network's to decide, and so is whether the
    // transport wraps the one that comes right after connecting. That the very same exception arrives is proven at the handler.
    private static string NameOf(Exception exception) => exception switch
    {
        SocketException => nameof(HttpRequestException),
        { InnerException: TimeoutException } => $"{exception.GetType().Name} with {nameof(TimeoutException)}",
        _ => exception.GetType().Name,
    };
}
