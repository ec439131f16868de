using System.Globalization;
using System.Text;

namespace Http.CircuitBreaker.Rejection;

/// <summary>The problem document (RFC 9457) returned for a rejected call. The document does not reveal the host or the client.</summary>
internal sealed class ProblemBody
{
    // The cached documents, indexed by the number of seconds until a retry. Index 0 is for an indefinite isolation.
    private static readonly ProblemBody?[] _cache = new ProblemBody?[61];
    private static ProblemBody? _lastLonger;

    private readonly long? _seconds;
    private readonly byte[] _bytes;

    private ProblemBody(long? seconds)
    {
        _seconds = seconds;
        RetryAfter = seconds?.ToString(CultureInfo.InvariantCulture);
        var wait = RetryAfter is null ? "" : $",\"retryAfter\":{RetryAfter}";
        _bytes = Encoding.UTF8.GetBytes(
            """{"type":"urn:http-circuit-breaker:circuit-open","title":"Circuit Open","status":503,"detail":"The request was not sent, """
            + $$"""because the circuit breaker of the upstream service is open."{{wait}}}""");
    }

    /// <summary>The value of the <c>Retry-After</c> header; null for an indefinite isolation.</summary>
    public string? RetryAfter { get; }

    public static ProblemBody Create(TimeSpan? retryAfter)
    {
        var seconds = (long?)retryAfter?.TotalSeconds;
        if ((seconds ?? 0) < _cache.Length)
        {
            return _cache[seconds ?? 0] ??= new ProblemBody(seconds);
        }

        var last = _lastLonger;
        return last?._seconds == seconds ? last! : _lastLonger = new ProblemBody(seconds);
    }

    public HttpContent ToContent()
    {
        var content = new ByteArrayContent(_bytes);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/problem+json");
        return content;
    }
}
