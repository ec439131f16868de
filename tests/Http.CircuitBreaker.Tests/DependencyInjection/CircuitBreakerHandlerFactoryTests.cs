using System.Net;
using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Tests.DependencyInjection;

/// <summary>Handlers for pipelines that the client factory does not build.</summary>
public sealed class CircuitBreakerHandlerFactoryTests
{
    [Fact]
    public async Task Handlers_created_for_the_same_name_share_a_circuit_in_the_containers_registry()
    {
        using var rig = new RegistryRig([], add: services => services.AddCircuitBreaker("proxy", options => options.MinimumThroughput = 2));
        var factory = rig.Service<CircuitBreakerHandlerFactory>();
        using var first = new HttpMessageInvoker(factory.Create("proxy", new StubHandler(HttpStatusCode.InternalServerError)));
        using var second = new HttpMessageInvoker(factory.Create("proxy", new StubHandler(HttpStatusCode.InternalServerError)));

        await SendAsync(first);
        await SendAsync(second);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await SendAsync(second));
        var circuit = Assert.Single(rig.Registry.GetSnapshots());
        Assert.Equal((RegistryRig.KeyOf("http://a/", "proxy"), CircuitState.Open, 1), (circuit.Key, circuit.State, circuit.Rejected));
        Assert.Single(rig.Logs("CircuitOpened"));
    }

    [Fact]
    public void Handler_can_be_created_for_a_registered_client()
    {
        using var rig = new RegistryRig(["c"]);
        using var handler = rig.Service<CircuitBreakerHandlerFactory>().Create("c", rig.Inner);

        Assert.Same(rig.Inner, handler.InnerHandler);
        Assert.Same(rig.Registry, handler.Circuits);
    }

    [Fact]
    public void Error_for_an_unknown_client_name_tells_the_user_to_call_AddCircuitBreaker()
    {
        using var rig = new RegistryRig(["c"]);

        var exception = Assert.Throws<ArgumentException>(() => rig.Service<CircuitBreakerHandlerFactory>().Create("proxy", rig.Inner));

        Assert.StartsWith(
            "Client 'proxy' has no circuit breaker; add one with services.AddCircuitBreaker(\"proxy\").", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_of_a_handler_without_an_HttpClient_are_read_from_the_configuration()
    {
        using var app = ConfigurationApp.With("'Clients': { 'proxy': { 'FailureRatio': 7 } }");
        app.Services.AddCircuitBreaker("proxy");

        Assert.Equal(
            "HttpCircuitBreaker:Clients:proxy:FailureRatio: '7' is out of range; it must be above 0 and at most 1, for example 0.5 for 50 %",
            Assert.Single(app.Errors("proxy")));
    }

    private static async Task<HttpStatusCode> SendAsync(HttpMessageInvoker invoker)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://a/");
        using var response = await invoker.SendAsync(request, default);
        return response.StatusCode;
    }
}
