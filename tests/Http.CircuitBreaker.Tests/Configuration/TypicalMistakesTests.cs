using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.Tests.Configuration;

/// <summary>Typical mistakes in appsettings.json, in environment variables and in code. Each gets a message that says what to change.</summary>
public sealed class TypicalMistakesTests
{
    private const string NoDuration = "is not a duration; write hours:minutes:seconds, for example 00:00:30 or 00:00:00.5";
    private const string NoInteger = "is not a whole number; write digits only, for example 10";
    private const string NoHost =
        "is not a host name; use only the host, without a scheme, port, path or wildcard, for example api.example.com or [::1]";
    private const string NoStatus =
        "is not a status code; write a code from 100 to 999 (such as 503), a class (such as 5xx) or a range (such as 500-504)";
    private const string Off = "; null or an empty string turns it off";
    private const string Ratio = "it must be above 0 and at most 1, for example 0.5 for 50 %";
    private const string TenthToADay = "it must be from 00:00:00.100 to 1.00:00:00";
    private const string WrongPlace = "unknown section; put the settings of a client under Clients, and those of a host under Hosts";
    private const string Underscores = "in the name of an environment variable, write two underscores between the parts, as in";
    private const string Rename = "rename it to 'HttpCircuitBreaker', or pass it to AddCircuitBreaker(section)";
    private const string Options = "CircuitBreakerOptions of client 'PaymentClient'";

    /// <summary>Settings in the root section, in which single quotes are allowed, and the error.</summary>
    public static TheoryData<string, string> Settings => new()
    {
        // Numbers
        { "'FailureRatio': 50", $"FailureRatio: '50' is out of range; {Ratio}" },
        { "'FailureRatio': '50%'", "FailureRatio: '50%' is not a number; use a decimal point, for example 0.5 for 50 %" },
        { "'FailureRatio': '0,5'", "FailureRatio: '0,5' is not a number; use a decimal point, for example 0.5 for 50 %" },
        { "'FailureRatio': 0", $"FailureRatio: '0' is out of range; {Ratio}{Off}" },
        { "'ConsecutiveFailures': 0", $"ConsecutiveFailures: '0' is out of range; it must be at least 1{Off}" },
        { "'ConsecutiveFailures': -1", $"ConsecutiveFailures: '-1' is out of range; it must be at least 1{Off}" },
        { "'ConsecutiveFailures': 'off'", $"ConsecutiveFailures: 'off' {NoInteger}{Off}" },
        { "'MinimumThroughput': ''", $"MinimumThroughput: '' {NoInteger}" },
        { "'MaxCircuits': '10,000'", $"MaxCircuits: '10,000' {NoInteger}" },

        // Durations
        { "'BreakDuration': 30", "BreakDuration: '30' means 30 days; did you mean '00:00:30'?" },
        { "'BreakDuration': 5000", "BreakDuration: '5000' means 5000 days; did you mean '01:23:20' or '00:00:05'?" },
        { "'BreakDuration': '30s'", $"BreakDuration: '30s' {NoDuration}" },
        { "'BreakDuration': '500ms'", $"BreakDuration: '500ms' {NoDuration}" },
        { "'BreakDuration': 0.5", $"BreakDuration: '0.5' {NoDuration}" },
        { "'BreakDuration': 'PT30S'", $"BreakDuration: 'PT30S' {NoDuration}" },
        { "'BreakDuration': '00:30'", "BreakDuration: '00:30' means 00:30:00; did you mean '00:00:30'?" },
        { "'BreakDuration': '-00:00:05'", $"BreakDuration: '-00:00:05' is out of range; {TenthToADay}" },
        { "'SlowCallDuration': false", $"SlowCallDuration: 'False' {NoDuration}{Off}" },
        { "'SlowCallDuration': '00:00:00'", $"SlowCallDuration: '00:00:00' is out of range; {TenthToADay}{Off}" },

        // Other values
        { "'Mode': false", "Mode: 'False' is not known; it must be one of Enforce, Observe, Disabled" },
        { "'Mode': 'Off'", "Mode: 'Off' is not known; it must be one of Enforce, Observe, Disabled" },
        { "'Scope': 'PerHost'", "Scope: 'PerHost' is not known; it must be one of Origin, Host, Client" },
        { "'FailureStatusCodes': 'ServiceUnavailable,500'", $"FailureStatusCodes: 'ServiceUnavailable' {NoStatus}" },
        { "'FailureStatusCodes': ['5xx', 'Timeout']", $"FailureStatusCodes: 'Timeout' {NoStatus}" },
        {
            "'ProbePath': 'https://api.example.com/health'",
            "ProbePath: 'https://api.example.com/health' is not a path; it must begin with a single slash, for example /health"
        },
        { "'AllowUnknownClients': 'yes'", "AllowUnknownClients: 'yes' is not a boolean; use true or false" },

        // Unknown names
        { "'FailureRation': 0.2", "FailureRation: unknown setting; did you mean 'FailureRatio'?" },
        { "'Enabled': false", "Enabled: unknown setting; use Mode: Enforce, Observe or Disabled" },
        { "'DurationOfBreak': '00:00:30'", "DurationOfBreak: unknown setting; use BreakDuration" },
        { "'Timeout': '00:00:10'", "Timeout: unknown setting; use CallTimeout" },
        { "'CircuitBreaker': { 'FailureRatio': 0.2 }", "CircuitBreaker: unknown section; move its settings one level up" },
        { "'Classify': 'x'", "Classify: can be set only in code, as in AddCircuitBreaker(options => options.Classify = ...)" },
        { "'Redis': {}", "Redis: needs the package Http.CircuitBreaker.Redis and services.AddCircuitBreakerRedis()" },
        { "'Endpoints': {}", "Endpoints: needs the package Http.CircuitBreaker.AspNetCore and services.AddCircuitBreakerEndpoints()" },

        // Clients
        { "'Clients': [{ 'Name': 'PaymentClient' }]", "Clients: expected an object whose keys are client names, not a list" },
        { "'Clients': ['PaymentClient']", "Clients: expected an object whose keys are client names, not a list" },
        { "'Clients': { 'Payment': {} }", "Clients:Payment: no client with that name has a circuit breaker; the clients are 'PaymentClient'" },
        { "'Clients': { 'PaymentClient': 'Observe' }", "Clients:PaymentClient: expected an object, not a single value" },
        {
            "'Clients': { 'PaymentClient': { 'Hosts': { 'api': {} } } }",
            "Clients:PaymentClient:Hosts: is valid only directly in HttpCircuitBreaker, for all clients"
        },
        { "'PaymentClient': { 'FailureRatio': 0.2 }", $"PaymentClient: {WrongPlace}" },

        // Hosts
        { "'api.example.com': { 'FailureRatio': 0.2 }", $"api.example.com: {WrongPlace}" },
        { "'Hosts': [{ 'Name': 'api.example.com' }]", "Hosts: expected an object whose keys are host names, not a list" },
        { "'Hosts': { 'https://api.example.com': {} }", $"Hosts:https://api.example.com: 'https://api.example.com' {NoHost}" },
        { "'Hosts': { 'api.example.com/v1': {} }", $"Hosts:api.example.com/v1: 'api.example.com/v1' {NoHost}" },
        { "'Hosts': { '*.example.com': {} }", $"Hosts:*.example.com: '*.example.com' {NoHost}" },
        { "'Hosts': { 'api': { 'Port': 8443 } }", "Hosts:api:Port: unknown setting; use the port number as a key, as in \"8443\": { }" },
        { "'Hosts': { 'api': { 'Scope': 'Host' } }", "Hosts:api:Scope: cannot be set for a host; set it for the client" },
    };

    /// <summary>A file with a wrong section name, and the hint in the warning.</summary>
    public static TheoryData<string, string, string> Sections => new()
    {
        { "HttpCircuitBreakers", "'FailureRatio': 0.2", Rename },
        { "HttpCircuitBraker", "'Hosts': {}, 'BreakDuration': '00:00:05'", Rename },
        { "Http.CircuitBreaker", "'FailureRatio': 0.2", Rename },
        { "HTTP_CIRCUIT_BREAKER", "'FAILURERATIO': 0.2", Rename },
        { "CircuitBreaker", "'ConsecutiveFailures': 5, 'FailureRatio': 0.2", Rename },
        { "CircuitBreakers", "'Clients': { 'PaymentClient': { 'FailureRatio': 0.2 } }", Rename },
        { "HttpCircuitBreaker_Clients", "'PaymentClient': { 'FailureRatio': 0.2 }", $"{Underscores} 'HttpCircuitBreaker__Clients'" },
    };

    /// <summary>The name of an environment variable, and the message.</summary>
    public static TheoryData<string, string> Variables => new()
    {
        {
            "HttpCircuitBreaker_FailureRatio",
            "Warning: The configuration key 'HttpCircuitBreaker_FailureRatio' is ignored, but looks like a circuit breaker setting; "
            + $"{Underscores} 'HttpCircuitBreaker__FailureRatio'."
        },
        {
            "HttpCircuitBreaker__Clients_PaymentClient__FailureRatio",
            $"HttpCircuitBreaker:Clients_PaymentClient: unknown setting; {Underscores} 'Clients__PaymentClient'"
        },
        {
            "HttpCircuitBreaker__Clients__PaymentClient_FailureRatio",
            "HttpCircuitBreaker:Clients:PaymentClient_FailureRatio: no client with that name has a circuit breaker; "
            + $"{Underscores} 'PaymentClient__FailureRatio'"
        },
        {
            "HttpCircuitBreaker__Hosts__api.example.com_FailureRatio",
            "HttpCircuitBreaker:Hosts:api.example.com_FailureRatio: expected an object, not a single value; "
            + $"{Underscores} 'api.example.com__FailureRatio'"
        },
    };

    /// <summary>Options set in code, and the error.</summary>
    public static TheoryData<string, string> Code => new()
    {
        { "FailureRatio", $"{Options}: FailureRatio '50' is out of range; {Ratio}" },
        { "CallTimeout", $"{Options}: CallTimeout '-00:00:00.0010000' is out of range; {TenthToADay}{Off}" },
        { "MaxBreakDuration", $"{Options}: MaxBreakDuration '00:00:00.5000000' is out of range; it must be at least BreakDuration (00:00:01)" },
        {
            "UnresponsiveDetection",
            $"{Options}: FailureRatio, ConsecutiveFailures and UnresponsiveDetection are off and RetryAfterHandling is not Open, "
            + "so no call can open a circuit; set one of them, or set Mode to Disabled"
        },
    };

    /// <summary>Sections that may belong to another library, or that do not matter.</summary>
    public static TheoryData<string> Others =>
    [
        "{ 'CircuitBreaker': { 'FailureRatio': 0.2, 'BreakDuration': '00:00:05', 'MinimumThroughput': 5, 'SamplingDuration': '00:00:10' } }",
        "{ 'HttpCircuitBreakers': { 'FailureRatio': 0.2, 'MaxConnections': 5 } }",
        "{ 'HttpCircuitBreakers': {} }",
        "{ 'HttpCircuitBreakerPolicies': { 'FailureRatio': 0.2 } }",
        "{ 'HttpCircuitBreakers': { 'FailureRatio': 0.2 }, 'HttpCircuitBreaker': {} }",
        "{ 'Payments': { 'ConsecutiveFailures': 5 }, 'HttpClient': { 'Mode': 'x' } }",

        // The variables that Kubernetes sets for a service named httpcircuitbreaker.
        "{ 'HTTPCIRCUITBREAKER_SERVICE_HOST': '10.0.0.1', 'HTTPCIRCUITBREAKER_PORT_80_TCP_ADDR': '10.0.0.1', 'HTTPCIRCUITBREAKER_PORT': 'x' }",
    ];

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task Startup_error_for_a_mistaken_setting_explains_how_to_correct_it(string settings, string error) =>
        Assert.Equal([$"HttpCircuitBreaker:{error}"], await StartAsync($"{{ 'HttpCircuitBreaker': {{ {settings} }} }}"));

    [Theory]
    [MemberData(nameof(Sections))]
    public async Task Startup_warning_for_a_mistaken_section_name_explains_how_to_correct_it(string section, string settings, string hint)
    {
        var messages = await StartAsync($"{{ '{section}': {{ {settings} }} }}");

        Assert.Equal(
            $"Warning: The configuration key '{section}' is ignored, but looks like a circuit breaker setting; {hint}.", messages[0]);
        Assert.EndsWith("uses the default settings; there is no section HttpCircuitBreaker.", messages[1], StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Variables))]
    public async Task Startup_message_explains_a_single_underscore_in_an_environment_variable(string name, string message)
    {
        // The provider for environment variables reads two underscores as a colon.
        var key = name.Replace("__", ":", StringComparison.Ordinal);
        var messages = await StartAsync("{}", configuration => configuration.AddInMemoryCollection([new(key, "0.2")]));

        Assert.Equal(message, messages[0]);
    }

    [Theory]
    [MemberData(nameof(Code))]
    public async Task Startup_error_for_an_invalid_option_set_in_code_explains_how_to_correct_it(string option, string error)
    {
        Action<CircuitBreakerOptions> configure = option switch
        {
            "FailureRatio" => options => options.FailureRatio = 50,
            "CallTimeout" => options => options.CallTimeout = Timeout.InfiniteTimeSpan,
            "MaxBreakDuration" => options => options.MaxBreakDuration = TimeSpan.FromMilliseconds(500),
            _ => options => (options.FailureRatio, options.ConsecutiveFailures, options.UnresponsiveDetection) =
                (null, null, UnresponsiveDetection.Off),
        };

        Assert.Equal([error], await StartAsync("{}", configure: configure));
    }

    [Theory]
    [MemberData(nameof(Others))]
    public async Task Configuration_section_of_another_library_does_not_cause_a_warning(string file) =>
        Assert.StartsWith("Information: The circuit breaker of client 'PaymentClient' uses", Assert.Single(await StartAsync(file)), StringComparison.Ordinal);

    [Fact]
    public async Task Configuration_section_passed_in_code_does_not_cause_a_warning()
    {
        var builder = Builder("{ 'HttpCircuitBreakers': { 'FailureRatio': 0.2 } }");
        builder.Services.AddHttpClient("PaymentClient").AddCircuitBreaker(builder.Configuration.GetSection("HttpCircuitBreakers"));
        builder.Services.AddHttpClient("Other").AddCircuitBreaker();

        Assert.Equal(
            [
                "Information: The circuit breaker of client 'PaymentClient' uses the default settings except FailureRatio: 0.2 (HttpCircuitBreakers).",
                "Information: The circuit breaker of client 'Other' uses the default settings; there is no section HttpCircuitBreaker.",
            ],
            await StartAsync(builder));
    }

    private static HostApplicationBuilder Builder(string file)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(file.Replace('\'', '"'))));
        builder.Services.AddFakeLogging();
        return builder;
    }

    private static Task<List<string>> StartAsync(
        string file, Action<IConfigurationBuilder>? add = null, Action<CircuitBreakerOptions>? configure = null)
    {
        var builder = Builder(file);
        add?.Invoke(builder.Configuration);
        builder.Services.AddHttpClient("PaymentClient").AddCircuitBreaker(configure ?? (_ => { }));
        return StartAsync(builder);
    }

    // Returns the errors that prevent the start, or what was logged.
    private static async Task<List<string>> StartAsync(HostApplicationBuilder builder)
    {
        using var host = builder.Build();
        try
        {
            await host.StartAsync();
            await host.StopAsync();
            return
            [
                .. from record in host.Services.GetFakeLogCollector().GetSnapshot()
                   where record.Category == "Http.CircuitBreaker"
                   select $"{record.Level}: {record.Message}",
            ];
        }
        catch (OptionsValidationException exception)
        {
            return [.. exception.Failures];
        }
    }
}
