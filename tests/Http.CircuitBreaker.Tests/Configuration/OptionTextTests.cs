using Http.CircuitBreaker.Configuration;
using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Tests.Configuration;

/// <summary>What people write by mistake, and what they are told.</summary>
public sealed class OptionTextTests
{
    [Theory]
    [InlineData("'BreakDuration': '30'", "HttpCircuitBreaker:BreakDuration: '30' means 30 days; did you mean '00:00:30'?")]
    [InlineData("'BreakDuration': 30", "HttpCircuitBreaker:BreakDuration: '30' means 30 days; did you mean '00:00:30'?")]
    [InlineData("'SlowCallDuration': '1'", "HttpCircuitBreaker:SlowCallDuration: '1' means 1 day; did you mean '00:00:01'?")]
    [InlineData("'SlowCallDuration': '0'", "HttpCircuitBreaker:SlowCallDuration: '0' is out of range; it must be from 00:00:00.100 to 1.00:00:00")]
    [InlineData("'MaxRetryAfter': '24:00:00'", "HttpCircuitBreaker:MaxRetryAfter: '24:00:00' means 24 days; did you mean '1.00:00:00'?")]
    [InlineData("'MaxRetryAfter': '30:15:20'", "HttpCircuitBreaker:MaxRetryAfter: '30:15:20' means 30 days; did you mean '1.06:15:20'?")]
    [InlineData("'MaxRetryAfter': '1.00:00:01'", "HttpCircuitBreaker:MaxRetryAfter: '1.00:00:01' is out of range; it must be from 00:00:00.100 to 1.00:00:00")]
    [InlineData("'BreakDuration': '5s'", "HttpCircuitBreaker:BreakDuration: '5s' is not a duration; write hours:minutes:seconds, for example 00:00:30 or 00:00:00.5")]
    [InlineData("'BreakDuration': ''", "HttpCircuitBreaker:BreakDuration: '' is not a duration; write hours:minutes:seconds, for example 00:00:30 or 00:00:00.5")]
    [InlineData("'FailureRatio': '0,5'", "HttpCircuitBreaker:FailureRatio: '0,5' is not a number; use a decimal point, for example 0.5")]
    [InlineData("'FailureRatio': '50 %'", "HttpCircuitBreaker:FailureRatio: '50 %' is not a number; use a decimal point, for example 0.5")]
    [InlineData("'FailureRatio': 'Infinity'", "HttpCircuitBreaker:FailureRatio: 'Infinity' is out of range; it must be above 0 and at most 1")]
    [InlineData("'MinimumThroughput': '1.5'", "HttpCircuitBreaker:MinimumThroughput: '1.5' is not a whole number")]
    [InlineData("'MaxCircuits': '2147483648'", "HttpCircuitBreaker:MaxCircuits: '2147483648' is out of range; it must be at most 2147483647")]
    [InlineData("'MaxCircuits': 'many'", "HttpCircuitBreaker:MaxCircuits: 'many' is not a whole number")]
    [InlineData("'Mode': 'Enforced'", "HttpCircuitBreaker:Mode: 'Enforced' is not known; it must be one of Enforce, Observe, Disabled; did you mean 'Enforce'?")]
    [InlineData("'Mode': 1", "HttpCircuitBreaker:Mode: '1' is not known; it must be one of Enforce, Observe, Disabled")]
    [InlineData("'Mode': 'Enforce, Observe'", "HttpCircuitBreaker:Mode: 'Enforce, Observe' is not known; it must be one of Enforce, Observe, Disabled")]
    [InlineData("'FailureRatios': 0.2", "HttpCircuitBreaker:FailureRatios: unknown setting; did you mean 'FailureRatio'?")]
    [InlineData("'DurationOfBreak': '00:00:30'", "HttpCircuitBreaker:DurationOfBreak: unknown setting")]
    [InlineData("'Host': {}", "HttpCircuitBreaker:Host: unknown setting; did you mean 'Hosts'?")]
    [InlineData("'Classify': 'x'", "HttpCircuitBreaker:Classify: unknown setting")]
    [InlineData("'Placement': 'AsRegistered'", "HttpCircuitBreaker:Placement: unknown setting")]
    public void A_mistake_is_reported_in_these_words(string section, string fault)
    {
        using var app = ConfigurationApp.With(section);
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal(fault, Assert.Single(app.Errors("client")));
    }

    [Theory]
    [InlineData("'failureratio': 0.2")]
    [InlineData("'FAILURERATIO': ' 0.2 '")]
    [InlineData("'FailureRatio': 2e-1")]
    public void Keys_ignore_case_and_values_blanks(string section)
    {
        using var app = ConfigurationApp.With(section);
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal(0.2, app.Options("client").FailureRatio);
    }

    [Theory]
    [InlineData("observe", CircuitBreakerMode.Observe)]
    [InlineData("DISABLED", CircuitBreakerMode.Disabled)]
    public void Names_of_values_ignore_case(string text, CircuitBreakerMode mode)
    {
        using var app = ConfigurationApp.With($"'Mode': '{text}'");
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal(mode, app.Options("client").Mode);
    }

    [Fact]
    public void A_longest_break_below_the_first_is_reported_with_both()
    {
        using var app = ConfigurationApp.With("'BreakDuration': '00:02:00', 'MaxBreakDuration': '00:01:00'");
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal(
            "CircuitBreakerOptions of client 'client': MaxBreakDuration '00:01:00' is out of range; it must be at least BreakDuration (00:02:00)",
            Assert.Single(app.Errors("client")));
    }

    [Theory]
    [InlineData("/\\other.example")]
    [InlineData("")]
    public void A_probe_path_that_would_lead_to_another_host_or_nowhere_is_reported(string path)
    {
        using var app = ConfigurationApp.WithoutConfiguration();
        app.AddClient("client").AddCircuitBreaker(options => options.ProbePath = path);

        Assert.Equal(
            $"CircuitBreakerOptions of client 'client': ProbePath '{path}' is not a path; it must begin with a single slash, for example /health",
            Assert.Single(app.Errors("client")));
    }

    [Fact]
    public void Without_a_longest_break_breaks_do_not_grow_whatever_the_first_is()
    {
        using var app = ConfigurationApp.With("'BreakDuration': '00:02:00'");
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal(120_000, HostSettings.From(app.Options("client")).MaxBreakDuration);
    }

    [Fact]
    public void A_longest_break_as_long_as_the_first_is_accepted()
    {
        using var app = ConfigurationApp.With("'BreakDuration': '00:02:00', 'MaxBreakDuration': '00:02:00'");
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal(TimeSpan.FromMinutes(2), app.Options("client").MaxBreakDuration);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-2)]
    public void A_client_timeout_that_is_none_is_reported(int milliseconds)
    {
        using var app = ConfigurationApp.WithoutConfiguration();
        app.AddClient("client").AddCircuitBreaker(options => options.ClientTimeout = TimeSpan.FromMilliseconds(milliseconds));

        Assert.Contains("ClientTimeout", Assert.Single(app.Errors("client")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_timeout_may_be_infinite()
    {
        using var app = ConfigurationApp.WithoutConfiguration();
        app.AddClient("client").AddCircuitBreaker(options => options.ClientTimeout = Timeout.InfiniteTimeSpan);

        Assert.Equal(Timeout.InfiniteTimeSpan, app.Options("client").ClientTimeout);
    }

    [Fact]
    public void A_placement_that_is_none_is_reported()
    {
        using var app = ConfigurationApp.WithoutConfiguration();
        app.AddClient("client").AddCircuitBreaker(options => options.Placement = (HandlerPlacement)7);

        Assert.Equal(
            "CircuitBreakerOptions of client 'client': Placement '7' is not known; it must be one of BeforeResilience, AsRegistered",
            Assert.Single(app.Errors("client")));
    }
}
