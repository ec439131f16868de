using Http.CircuitBreaker.Counting;
using Http.CircuitBreaker.Registry;

namespace Http.CircuitBreaker.Telemetry;

/// <summary>All calls of a client, by how they ended.</summary>
internal readonly record struct ClientAccounts(CallTotals Ended, long InFlight, long Rejected, long Bypassed)
{
    public static ClientAccounts Of(ClientCircuits client)
    {
        var (ended, inFlight, rejected) = client.Accounts();
        return new ClientAccounts(ended, inFlight, rejected, client.Bypassed);
    }

    public static ClientAccounts operator +(ClientAccounts left, ClientAccounts right) =>
        new(left.Ended + right.Ended, left.InFlight + right.InFlight, left.Rejected + right.Rejected, left.Bypassed + right.Bypassed);

    public static ClientAccounts operator -(ClientAccounts left, ClientAccounts right) =>
        new(left.Ended - right.Ended, left.InFlight - right.InFlight, left.Rejected - right.Rejected, left.Bypassed - right.Bypassed);
}
