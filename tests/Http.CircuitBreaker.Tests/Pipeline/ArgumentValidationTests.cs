using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Tests.Pipeline;

public sealed class ArgumentValidationTests
{
    private static readonly IHttpClientBuilder _builder = new ServiceCollection().AddHttpClient("c");

    public static TheoryData<string, string, Action> Calls => new()
    {
        { "the constructor", "options", () => new CircuitBreakerHandler(null!).Dispose() },
        { "AddCircuitBreaker()", "builder", () => CircuitBreakerHttpClientBuilderExtensions.AddCircuitBreaker(null!) },
        { "AddCircuitBreaker(delegate)", "builder", () => CircuitBreakerHttpClientBuilderExtensions.AddCircuitBreaker(null!, _ => { }) },
        { "AddCircuitBreaker(null delegate)", "configure", () => _builder.AddCircuitBreaker((Action<CircuitBreakerOptions>)null!) },
        { "AddCircuitBreaker(section)", "builder", () => CircuitBreakerHttpClientBuilderExtensions.AddCircuitBreaker(null!, Section()) },
        { "AddCircuitBreaker(null section)", "section", () => _builder.AddCircuitBreaker((IConfigurationSection)null!) },
        { "BypassCircuitBreaker", "request", () => CircuitBreakerRequestExtensions.BypassCircuitBreaker(null!) },
        { "IsCircuitOpen", "response", () => CircuitBreakerResponseExtensions.IsCircuitOpen(null!) },
        { "IsCircuitOpen with rejection", "response", () => CircuitBreakerResponseExtensions.IsCircuitOpen(null!, out _) },
        { "FromUri without client", "client", () => CircuitKey.FromUri(null!, new Uri("http://host/")) },
        { "FromUri without URI", "uri", () => CircuitKey.FromUri("c", null!) },
        { "FromClient", "client", () => CircuitKey.FromClient(null!) },
        { "FromName without client", "client", () => CircuitKey.FromName(null!, "name") },
        { "FromName without name", "name", () => CircuitKey.FromName("c", null!) },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public void Null_argument_throws_with_the_parameter_name(string member, string parameter, Action call)
    {
        Assert.NotEmpty(member);
        Assert.Equal(parameter, Assert.Throws<ArgumentNullException>(call).ParamName);
    }

    private static IConfigurationSection Section() => new ConfigurationBuilder().Build().GetSection("any");
}
