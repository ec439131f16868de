using System.Net;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Classification;
using Microsoft.Extensions.Time.Testing;

namespace Http.CircuitBreaker.Tests.Support;

/// <summary>Classifies one call. Times are in milliseconds.</summary>
internal sealed class ClassifierHarness
{
    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2025, 6, 1, 12, 0, 0, TimeSpan.Zero));

    public TimeSpan? ClientTimeout { get; set; }

    public IReadOnlyList<string>? FailureStatusCodes { get; set; }

    public long SlowCallDuration { get; set; }

    public Func<CompletedCall, CircuitOutcome?>? ClassifyDelegate { get; set; }

    public Exception? Thrown { get; private set; }

    public CallResult Classify(HttpResponseMessage? response, long elapsed = 0, bool isTokenCanceled = false) =>
        Classify(new FinishedCall(Request(), response, null, elapsed, isTokenCanceled));

    public CallResult Classify(HttpStatusCode status, long elapsed = 0) => Classify(new HttpResponseMessage(status), elapsed);

    public CallResult Classify(Exception exception, long elapsed = 0, bool isTokenCanceled = false, bool isCallTimeout = false) =>
        Classify(new FinishedCall(Request(), null, exception, elapsed, isTokenCanceled, isCallTimeout));

    public static CallRules Rules(Func<CompletedCall, CircuitOutcome?>? classify = null, IReadOnlyList<string>? failureStatusCodes = null) =>
        new(StatusCodeSet.From(StatusCodeKind.Http, failureStatusCodes), StatusCodeKind.Grpc.Failures, classify);

    private static HttpRequestMessage Request() => new(HttpMethod.Get, "http://host/");

    private CallResult Classify(in FinishedCall call)
    {
        var rules = Rules(ClassifyDelegate, FailureStatusCodes);
        var result = new CallClassifier(new ClientTimeout(() => ClientTimeout), Time).Classify(
            call with { IsSlow = SlowCallDuration > 0 && call.Elapsed >= SlowCallDuration }, rules, out var thrown);
        Thrown = thrown;
        return result;
    }
}
