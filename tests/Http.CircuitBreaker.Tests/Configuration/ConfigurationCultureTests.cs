using System.Globalization;
using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Tests.Configuration;

/// <summary>Cultures with another decimal separator, other casing of I, and other digits.</summary>
public sealed class ConfigurationCultureTests : IDisposable
{
    private readonly CultureInfo _before = CultureInfo.CurrentCulture;

    public static TheoryData<string> Cultures => ["de-DE", "tr-TR", "ar-SA"];

    [Theory]
    [MemberData(nameof(Cultures))]
    public void Configuration_values_are_parsed_in_the_invariant_culture(string culture)
    {
        CultureInfo.CurrentCulture = new CultureInfo(culture);
        using var app = ConfigurationApp.With(
            "'failureratio': '0.25', 'SAMPLINGDURATION': '00:00:01.5', 'RETRYAFTERHANDLING': 'ignore', 'FailureStatusCodes': '5XX'");
        app.AddClient("client").AddCircuitBreaker();

        var options = app.Options("client");
        Assert.Equal(0.25, options.FailureRatio);
        Assert.Equal(TimeSpan.FromSeconds(1.5), options.SamplingDuration);
        Assert.Equal(RetryAfterHandling.Ignore, options.RetryAfterHandling);
    }

    [Theory]
    [MemberData(nameof(Cultures))]
    public void Configuration_errors_are_formatted_in_the_invariant_culture(string culture)
    {
        CultureInfo.CurrentCulture = new CultureInfo(culture);
        using var app = ConfigurationApp.With("'FailureRatio': '0,5', 'MINIMUMTHROUGHPT': 3");
        app.AddClient("client").AddCircuitBreaker(options => options.BreakJitter = 1.5);

        Assert.Equal(
            [
                "HttpCircuitBreaker:FailureRatio: '0,5' is not a number; use a decimal point, for example 0.5 for 50 %",
                "HttpCircuitBreaker:MINIMUMTHROUGHPT: unknown setting; did you mean 'MinimumThroughput'?",
                "CircuitBreakerOptions of client 'client': BreakJitter '1.5' is out of range; it must be from 0 to 1",
            ],
            app.Errors("client"));
    }

    public void Dispose() => CultureInfo.CurrentCulture = _before;
}
