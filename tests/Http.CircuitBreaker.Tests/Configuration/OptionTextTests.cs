using Http.CircuitBreaker.Configuration;
using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Tests.Configuration;

/// <summary>Common mistakes in values and names.</summary>
public sealed class OptionTextTests
{
    private const string DurationFormat = "write hours:minutes:seconds, for example 00:00:30 or 00:00:00.5";

    [Theory]
    [InlineData("'BreakDuration': '30'", "BreakDuration: '30' means 30 days; did you mean '00:00:30'?")]
    [InlineData("'BreakDuration': 30", "BreakDuration: '30' means 30 days; did you mean '00:00:30'?")]
    [InlineData("'SlowCallDuration': '1'", "SlowCallDuration: '1' means 1 day; did you mean '00:00:01'?")]
    [InlineData("'SlowCallDuration': '0'", "SlowCallDuration: '0' is out of range; it must be from 00:00:00.100 to 1.00:00:00; null or an empty string turns it off")]
    [InlineData("'MaxRetryAfter': '24:00:00'", "MaxRetryAfter: '24:00:00' means 24 days; did you mean '1.00:00:00'?")]
    [InlineData("'MaxRetryAfter': '30:15:20'", "MaxRetryAfter: '30:15:20' means 30 days; did you mean '1.06:15:20'?")]
    [InlineData("'MaxRetryAfter': '1.00:00:01'", "MaxRetryAfter: '1.00:00:01' is out of range; it must be from 00:00:00.100 to 1.00:00:00")]
    [InlineData("'BreakDuration': '00:30'", "BreakDuration: '00:30' means 00:30:00; did you mean '00:00:30'?")]
    [InlineData("'BreakDuration': '1:30'", "BreakDuration: '1:30' means 01:30:00; did you mean '00:01:30'?")]
    [InlineData("'BreakDuration': '00:01'", "BreakDuration: '00:01' means 00:01:00; did you mean '00:00:01'?")]
    [InlineData("'BreakDuration': '00:90'", "BreakDuration: '00:90' is not a duration; " + DurationFormat)]
    [InlineData("'BreakDuration': '5s'", "BreakDuration: '5s' is not a duration; " + DurationFormat)]
    [InlineData("'BreakDuration': ''", "BreakDuration: '' is not a duration; " + DurationFormat)]
    [InlineData("'FailureRatio': '0,5'", "FailureRatio: '0,5' is not a number; use a decimal point, for example 0.5 for 50 %")]
    [InlineData("'FailureRatio': '50 %'", "FailureRatio: '50 %' is not a number; use a decimal point, for example 0.5 for 50 %")]
    [InlineData("'FailureRatio': 'Infinity'", "FailureRatio: 'Infinity' is out of range; it must be above 0 and at most 1, for example 0.5 for 50 %")]
    [InlineData("'MinimumThroughput': '1.5'", "MinimumThroughput: '1.5' is not a whole number; write digits only, for example 10")]
    [InlineData("'MaxCircuits': '2147483648'", "MaxCircuits: '2147483648' is out of range; it must be at most 2147483647")]
    [InlineData("'MaxCircuits': 'many'", "MaxCircuits: 'many' is not a whole number; write digits only, for example 10")]
    [InlineData("'Mode': 'Enforc'", "Mode: 'Enforc' is not known; it must be one of Enforce, Observe, Disabled; did you mean 'Enforce'?")]
    [InlineData("'Mode': 1", "Mode: '1' is not known; it must be one of Enforce, Observe, Disabled")]
    [InlineData("'Mode': 'Enforce, Observe'", "Mode: 'Enforce, Observe' is not known; it must be one of Enforce, Observe, Disabled")]
    [InlineData("'FailureRatios': 0.2", "FailureRatios: unknown setting; did you mean 'FailureRatio'?")]
    [InlineData("'DurationOfBreak': '00:00:30'", "DurationOfBreak: unknown setting; use BreakDuration")]
    [InlineData("'Host': {}", "Host: unknown setting; did you mean 'Hosts'?")]
    [InlineData("'Classify': 'x'", "Classify: can be set only in code, as in AddCircuitBreaker(options => options.Classify = ...)")]
    [InlineData("'Placement': 'AsRegistered'", "Placement: can be set only in code, as in AddCircuitBreaker(options => options.Placement = ...)")]
    public void Error_for_a_common_mistake_suggests_a_correction(string section, string error)
    {
        using var app = ConfigurationApp.With(section);
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal($"HttpCircuitBreaker:{error}", Assert.Single(app.Errors("client")));
    }

    [Theory]
    [InlineData("'failureratio': 0.2")]
    [InlineData("'FAILURERATIO': ' 0.2 '")]
    [InlineData("'FailureRatio': 2e-1")]
    public void Configuration_keys_are_case_insensitive_and_values_are_trimmed(string section)
    {
        using var app = ConfigurationApp.With(section);
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal(0.2, app.Options("client").FailureRatio);
    }

    [Theory]
    [InlineData("observe", CircuitBreakerMode.Observe)]
    [InlineData("DISABLED", CircuitBreakerMode.Disabled)]
    public void Enum_names_are_case_insensitive(string text, CircuitBreakerMode mode)
    {
        using var app = ConfigurationApp.With($"'Mode': '{text}'");
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal(mode, app.Options("client").Mode);
    }

    [Fact]
    public void MaxBreakDuration_below_BreakDuration_is_a_configuration_error_that_shows_both_values()
    {
        using var app = ConfigurationApp.With("'BreakDuration': '00:02:00', 'MaxBreakDuration': '00:01:00'");
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal(
            "CircuitBreakerOptions of client 'client': "
            + "MaxBreakDuration '00:01:00' is out of range; it must be at least BreakDuration (00:02:00)",
            Assert.Single(app.Errors("client")));
    }

    [Fact]
    public void Options_that_can_never_open_a_circuit_are_a_configuration_error()
    {
        using var app = AppWithoutRules("");

        Assert.Equal(
            "CircuitBreakerOptions of client 'client': FailureRatio, ConsecutiveFailures and UnresponsiveDetection are off and "
            + "RetryAfterHandling is not Open, so no call can open a circuit; set one of them, or set Mode to Disabled",
            Assert.Single(app.Errors("client")));
    }

    [Theory]
    [InlineData("'FailureRatio': 1")]
    [InlineData("'ConsecutiveFailures': 5")]
    [InlineData("'UnresponsiveDetection': 'Silence'")]
    [InlineData("'RetryAfterHandling': 'Open'")]
    [InlineData("'Mode': 'Disabled'")]
    public void Options_are_valid_if_at_least_one_rule_can_open_a_circuit_or_Mode_is_Disabled(string setting)
    {
        using var app = AppWithoutRules(setting);

        Assert.NotNull(app.Options("client"));
    }

    [Theory]
    [InlineData("/\\other.example")]
    [InlineData("")]
    public void ProbePath_that_is_not_a_path_on_the_same_host_is_a_configuration_error(string path)
    {
        using var app = ConfigurationApp.WithoutConfiguration();
        app.AddClient("client").AddCircuitBreaker(options => options.ProbePath = path);

        Assert.Equal(
            "CircuitBreakerOptions of client 'client': "
            + $"ProbePath '{path}' is not a path; it must begin with a single slash, for example /health",
            Assert.Single(app.Errors("client")));
    }

    [Fact]
    public void Breaks_do_not_double_if_MaxBreakDuration_is_null()
    {
        using var app = ConfigurationApp.With("'BreakDuration': '00:02:00'");
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal(120_000, HostSettings.From(app.Options("client")).MaxBreakDuration);
    }

    [Fact]
    public void MaxBreakDuration_equal_to_BreakDuration_is_accepted()
    {
        using var app = ConfigurationApp.With("'BreakDuration': '00:02:00', 'MaxBreakDuration': '00:02:00'");
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal(TimeSpan.FromMinutes(2), app.Options("client").MaxBreakDuration);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-2)]
    public void ClientTimeout_that_is_not_positive_is_a_configuration_error(int milliseconds)
    {
        using var app = ConfigurationApp.WithoutConfiguration();
        app.AddClient("client").AddCircuitBreaker(options => options.ClientTimeout = TimeSpan.FromMilliseconds(milliseconds));

        Assert.Contains("ClientTimeout", Assert.Single(app.Errors("client")), StringComparison.Ordinal);
    }

    [Fact]
    public void ClientTimeout_can_be_infinite()
    {
        using var app = ConfigurationApp.WithoutConfiguration();
        app.AddClient("client").AddCircuitBreaker(options => options.ClientTimeout = Timeout.InfiniteTimeSpan);

        Assert.Equal(Timeout.InfiniteTimeSpan, app.Options("client").ClientTimeout);
    }

    [Fact]
    public void Undefined_Placement_value_is_a_configuration_error()
    {
        using var app = ConfigurationApp.WithoutConfiguration();
        app.AddClient("client").AddCircuitBreaker(options => options.Placement = (HandlerPlacement)7);

        Assert.Equal(
            "CircuitBreakerOptions of client 'client': Placement '7' is not known; it must be one of BeforeResilience, AsRegistered, Innermost",
            Assert.Single(app.Errors("client")));
    }

    private static ConfigurationApp AppWithoutRules(string setting)
    {
        var app = ConfigurationApp.With(
            $"'FailureRatio': null, 'ConsecutiveFailures': null, 'UnresponsiveDetection': 'Off', 'Clients': {{ 'client': {{ {setting} }} }}");
        app.AddClient("client").AddCircuitBreaker();
        return app;
    }
}
