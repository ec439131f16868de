using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Tests.Pipeline;

public sealed class ArgumentTests
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
        { "IsCircuitOpen with facts", "response", () => CircuitBreakerResponseExtensions.IsCircuitOpen(null!, out _) },
        { "For without client", "client", () => CircuitKey.FromUri(null!, new Uri("http://host/")) },
        { "For without URI", "uri", () => CircuitKey.FromUri("c", null!) },
        { "ForClient", "client", () => CircuitKey.FromClient(null!) },
        { "Named without client", "client", () => CircuitKey.FromName(null!, "name") },
        { "Named without name", "name", () => CircuitKey.FromName("c", null!) },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public void A_null_argument_is_refused_by_name(string member, string parameter, Action call)
    {
        Assert.NotEmpty(member);
        Assert.Equal(parameter, Assert.Throws<ArgumentNullException>(call).ParamName);
    }

    private static IConfigurationSection Section() => new ConfigurationBuilder().Build().GetSection("any");
}
