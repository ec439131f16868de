using System.Net;
using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Tests.Configuration;

/// <summary>Two outages and recoveries with each option at the limits of its range.</summary>
public sealed class OptionExtremesTests
{
    private const string Uri = "https://host/";

    // With these settings alone, no answer of this test is a failure, or no circuit opens.
    private static readonly string[] _off =
        ["Mode Disabled", "FailureStatusCodes 100", "FailureStatusCodes 999", "FailureStatusCodes 1xx", "FailureStatusCodes 9xx"];

    public static TheoryData<string, string> Limits
    {
        get
        {
            var data = new TheoryData<string, string>();

            // FakeTimeProvider must not advance while a probe in the background disposes its timer.
            foreach (var range in ConfigurationRange.All.Where(range => range.Key != nameof(CircuitBreakerOptions.ProbePath)))
            {
                Array.ForEach(range.Accepted, text => data.Add(range.Key, text));
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Limits))]
    public async Task Circuit_opens_and_recovers_with_one_option_at_its_limit(string key, string text)
    {
        var range = ConfigurationRange.All.Single(range => range.Key == key);
        var settings = range.With.Append((Key: key, Text: text)).Select(setting => $"'{setting.Key}': '{setting.Text}'");

        await RunAsync(string.Join(", ", settings), opens: !_off.Contains($"{key} {text}"));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Circuit_works_with_all_numbers_and_durations_at_their_limits(bool isHighest, bool opens)
    {
        var ranges = ConfigurationRange.All.Where(range => range.Limit.StartsWith("it must be ", StringComparison.Ordinal)
            && !range.Limit.Contains("one of", StringComparison.Ordinal));
        var settings = ranges.Select(range => $"'{range.Key}': '{(isHighest ? range.Accepted[^1] : range.Accepted[0])}'");

        await RunAsync(string.Join(", ", settings), opens);
    }

    [Theory]
    [InlineData(1, CircuitOutcome.Failure)]
    [InlineData(long.MaxValue, CircuitOutcome.Ignored)]
    public async Task Immediately_canceled_call_is_a_timeout_with_the_shortest_ClientTimeout_but_not_the_longest(
        long ticks, CircuitOutcome outcome)
    {
        using var rig = new HandlerRig(options => options.ClientTimeout = TimeSpan.FromTicks(ticks));
        using var caller = new CancellationTokenSource();
        rig.Answer = (_, token) =>
        {
            caller.Cancel();
            return Task.FromCanceled<HttpResponseMessage>(token);
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rig.SendAsync(token: caller.Token));

        Assert.Equal(
            outcome == CircuitOutcome.Failure ? (1, 0) : (0, 1), (rig.Circuit.TotalFailed, rig.Circuit.TotalIgnored));
    }

    private static async Task RunAsync(string section, bool opens)
    {
        using var app = ConfigurationApp.With(section);
        app.AddClient("client").AddCircuitBreaker();
        await CallAsync(app, HttpStatusCode.OK, calls: 20, TimeSpan.FromMilliseconds(100));
        for (var outage = 0; outage < 2; outage++)
        {
            await CallAsync(app, HttpStatusCode.InternalServerError, calls: 40, TimeSpan.FromMilliseconds(500));
            Assert.Equal(opens, app.Circuits.GetSnapshots().Any(circuit => circuit.ConsecutiveOpenings > 0));

            await CallAsync(app, HttpStatusCode.OK, calls: 250, TimeSpan.FromHours(1));
            Assert.All(app.Circuits.GetSnapshots(), circuit => Assert.Equal(CircuitState.Closed, circuit.State));
        }
    }

    private static async Task CallAsync(ConfigurationApp app, HttpStatusCode status, int calls, TimeSpan interval)
    {
        app.Answer = ConfigurationApp.Status(status);
        for (var i = 0; i < calls; i++)
        {
            try
            {
                using var response = await app.Client("client").GetAsync(new Uri(Uri));
                Assert.True(response.StatusCode == status || response.IsCircuitOpen());
            }
            catch (CircuitOpenException)
            {
                // The rejection of RejectionMode Exception.
            }

            app.Time.Advance(interval);
        }
    }
}
