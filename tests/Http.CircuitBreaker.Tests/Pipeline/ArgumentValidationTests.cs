using System.Net.Http.Headers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Tests.Pipeline;

public sealed class ArgumentValidationTests
{
    private static readonly IHttpClientBuilder _builder = new ServiceCollection().AddHttpClient("c");

    private static readonly CircuitRejection _rejection = new(default, CircuitState.Open, null, null);

    public static TheoryData<string, string, Action> Calls => new()
    {
        { "the constructor", "options", () => new CircuitBreakerHandler(null!).Dispose() },
        { "AddCircuitBreaker()", "builder", () => CircuitBreakerHttpClientBuilderExtensions.AddCircuitBreaker(null!) },
        { "AddCircuitBreaker(delegate)", "builder", () => CircuitBreakerHttpClientBuilderExtensions.AddCircuitBreaker(null!, _ => { }) },
        { "AddCircuitBreaker(null delegate)", "configure", () => _builder.AddCircuitBreaker((Action<CircuitBreakerOptions>)null!) },
        { "AddCircuitBreaker(section)", "builder", () => CircuitBreakerHttpClientBuilderExtensions.AddCircuitBreaker(null!, Section()) },
        { "AddCircuitBreaker(null section)", "section", () => _builder.AddCircuitBreaker((IConfigurationSection)null!) },
        { "BypassCircuitBreaker", "request", () => CircuitBreakerRequestExtensions.BypassCircuitBreaker(null!) },
        { "IsCircuitOpen", "response", () => CircuitRejectionExtensions.IsCircuitOpen((HttpResponseMessage)null!) },
        { "IsCircuitOpen of headers", "headers", () => CircuitRejectionExtensions.IsCircuitOpen((HttpResponseHeaders)null!) },
        { "IsCircuitOpen of an exception", "exception", () => CircuitRejectionExtensions.IsCircuitOpen((Exception)null!) },
        { "CircuitOpenException", "rejection", () => throw new CircuitOpenException(null!) },
        { "ToResponse", "request", () => _rejection.ToResponse(null!) },
        { "AddCircuitBreaker(name)", "builder", () => CircuitBreakerHttpClientBuilderExtensions.AddCircuitBreaker(null!, "name") },
        { "AddCircuitBreaker(null name)", "name", () => _builder.AddCircuitBreaker((string)null!) },
        { "services.AddCircuitBreaker", "services", () => CircuitBreakerServiceCollectionExtensions.AddCircuitBreaker(null!, "name") },
        { "services.AddCircuitBreaker(null)", "name", () => new ServiceCollection().AddCircuitBreaker(null!) },
        { "IsCircuitOpen with rejection", "response", () => CircuitRejectionExtensions.IsCircuitOpen(null!, out _) },
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
