using System.Net;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Classification;
using Microsoft.Extensions.Time.Testing;

namespace Http.CircuitBreaker.Tests.Support;

/// <summary>Asks the classifier about one call. Times in milliseconds.</summary>
internal sealed class HandlerJudge
{
    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2025, 6, 1, 12, 0, 0, TimeSpan.Zero));

    public ClientTimeout ClientTimeout { get; } = new();

    public IReadOnlyList<string>? FailureStatusCodes { get; set; }

    public long SlowCallDuration { get; set; }

    public Func<CompletedCall, CircuitOutcome?>? Classify { get; set; }

    public Exception? Fault { get; private set; }

    public CallResult Judge(HttpResponseMessage? response, long elapsed = 0, bool isTokenCancelled = false) =>
        Judge(new FinishedCall(Request(), response, null, elapsed, isTokenCancelled));

    public CallResult Judge(HttpStatusCode status, long elapsed = 0) => Judge(new HttpResponseMessage(status), elapsed);

    public CallResult Judge(Exception exception, long elapsed = 0, bool isTokenCancelled = false, bool isCallTimeout = false) =>
        Judge(new FinishedCall(Request(), null, exception, elapsed, isTokenCancelled, isCallTimeout));

    private static HttpRequestMessage Request() => new(HttpMethod.Get, "http://host/");

    private CallResult Judge(in FinishedCall call)
    {
        var rules = new CallRules(StatusCodeSet.Create(FailureStatusCodes), SlowCallDuration, Classify);
        var verdict = new CallClassifier(ClientTimeout, Time).Judge(in call, rules, out var fault);
        Fault = fault;
        return verdict;
    }
}
