using System.Globalization;
using System.Text;
using Http.CircuitBreaker.Circuits;

namespace Http.CircuitBreaker.Rejection;

/// <summary>The problem document (RFC 9457) of a rejection, cached by the phase for each second left. It names neither host nor client.</summary>
internal sealed class ProblemBody
{
    private const string MediaType = "application/problem+json";

    private readonly long? _seconds;
    private readonly byte[] _bytes;

    private ProblemBody(long? seconds)
    {
        _seconds = seconds;
        RetryAfter = seconds?.ToString(CultureInfo.InvariantCulture);
        var wait = RetryAfter is null ? "" : $",\"retryAfter\":{RetryAfter}";
        _bytes = Encoding.UTF8.GetBytes(
            $$"""{"type":"urn:http-circuit-breaker:circuit-open","title":"Circuit Open","status":503,"detail":"The request was not sent: the circuit to the service behind it is open."{{wait}}}""");
    }

    /// <summary>The header's value.</summary>
    public string? RetryAfter { get; }

    public static ProblemBody For(Phase phase, CircuitRejection rejection)
    {
        var seconds = (long?)rejection.RetryAfter?.TotalSeconds;
        if (phase.Memo is ProblemBody cached && cached._seconds == seconds)
        {
            return cached;
        }

        var body = new ProblemBody(seconds);
        phase.Memo = body;
        return body;
    }

    public HttpContent ToContent()
    {
        var content = new ByteArrayContent(_bytes);
        content.Headers.TryAddWithoutValidation("Content-Type", MediaType);
        return content;
    }
}
