using System.Globalization;
using System.Net;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Classification;

public sealed class RetryAfterTests
{
    private readonly ClassifierHarness _classifier = new();

    [Theory]
    [InlineData("45", 45_000)]
    [InlineData("0", 0)]
    [InlineData("2147483647", 2_147_483_647_000)]
    [InlineData("-5", 0)]
    [InlineData("4.5", 0)]
    [InlineData("soon", 0)]
    [InlineData("", 0)]
    [InlineData("99999999999999999999", 0)]
    [InlineData("5, 10", 0)]
    [InlineData("Sun, 99 Jun 2025 12:00:00 GMT", 0)]
    public void Retry_After_seconds_are_parsed_and_invalid_values_are_ignored(string value, long milliseconds) =>
        Assert.Equal(milliseconds, RetryAfterOf(value, date: null));

    [Theory]
    [InlineData(30, 30_000)]
    [InlineData(0, 0)]
    [InlineData(-30, 0)]
    public void Retry_After_date_is_relative_to_the_Date_header(int seconds, long milliseconds)
    {
        // The clock of the host is a year ahead of the local clock.
        var date = _classifier.Time.GetUtcNow().AddYears(1);

        Assert.Equal(milliseconds, RetryAfterOf(Text(date.AddSeconds(seconds)), date));
    }

    [Theory]
    [InlineData(30, 30_000)]
    [InlineData(-30, 0)]
    public void Retry_After_date_is_relative_to_the_local_clock_without_a_Date_header(int seconds, long milliseconds) =>
        Assert.Equal(milliseconds, RetryAfterOf(Text(_classifier.Time.GetUtcNow().AddSeconds(seconds)), date: null));

    [Fact]
    public void Failure_without_a_Retry_After_header_has_no_Retry_After_time() =>
        Assert.Equal(0, _classifier.Classify(HttpStatusCode.ServiceUnavailable).RetryAfter);

    [Fact]
    public void Retry_After_is_ignored_on_successes_and_slow_calls()
    {
        using var response = new HttpResponseMessage(HttpStatusCode.OK);
        response.Headers.Add("Retry-After", "30");
        _classifier.SlowCallDuration = 1000;

        Assert.Equal(0, _classifier.Classify(response).RetryAfter);
        Assert.Equal(0, _classifier.Classify(response, elapsed: 1000).RetryAfter);
    }

    private static string Text(DateTimeOffset date) => date.ToString("R", CultureInfo.InvariantCulture);

    private long RetryAfterOf(string value, DateTimeOffset? date)
    {
        using var response = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
        response.Headers.TryAddWithoutValidation("Retry-After", value);
        response.Headers.Date = date;
        return _classifier.Classify(response).RetryAfter;
    }
}
