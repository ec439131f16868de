using System.Net.Sockets;
using Http.CircuitBreaker.Faults;

namespace Http.CircuitBreaker.EndToEnd.Tests.Matrix;

/// <summary>The result of a call as its caller observes it.</summary>
internal sealed record CallResult(string Outcome, bool IsRejected)
{
    public static async Task<CallResult> RunAsync(Fault fault, HttpClient client, Uri address, CancellationToken timeout)
    {
        try
        {
            using var response = await fault.Call(client, address, timeout);
            return new CallResult($"{(int)response.StatusCode}", response.IsCircuitOpen());
        }
        catch (Exception exception) when (!timeout.IsCancellationRequested)
        {
            return new CallResult(GetName(exception), IsRejected: false);
        }
    }

    // Inner exceptions are not compared, because timing decides whether a reset occurs while connecting, writing or reading, and whether
    // the transport wraps it. ResultPropagationTests assert that the exception is the same object.
    private static string GetName(Exception exception) => exception switch
    {
        SocketException => nameof(HttpRequestException),
        { InnerException: TimeoutException } => $"{exception.GetType().Name} with {nameof(TimeoutException)}",
        _ => exception.GetType().Name,
    };
}
