using System.Net;
using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Tests.DependencyInjection;

/// <summary>The name given in <c>AddCircuitBreaker(name)</c>.</summary>
public sealed class CircuitBreakerNameTests
{
    [Fact]
    public async Task Clients_with_the_same_circuit_breaker_name_share_a_circuit()
    {
        using var rig = new RegistryRig([], add: services =>
        {
            foreach (var client in (string[])["Generated+IPayments", "Generated+IRefunds"])
            {
                services.AddHttpClient(client).ConfigurePrimaryHttpMessageHandler(() => new StubHandler(HttpStatusCode.InternalServerError)).AddCircuitBreaker("PayApi");
            }
        });

        using var first = await rig.Client("Generated+IPayments").GetAsync("http://a/");
        using var second = await rig.Client("Generated+IRefunds").GetAsync("http://a/");

        var circuit = Assert.Single(rig.Registry.GetSnapshots());
        Assert.Equal((RegistryRig.KeyOf("http://a/", "PayApi"), 2), (circuit.Key, circuit.TotalFailed));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Options_apply_whether_they_are_set_before_or_after_the_circuit_breaker_name(bool isNamedFirst)
    {
        using var rig = new RegistryRig([], add: services =>
        {
            var client = services.AddHttpClient("Generated+IPayments").ConfigurePrimaryHttpMessageHandler(() => new StubHandler(HttpStatusCode.NotFound));
            _ = isNamedFirst
                ? client.AddCircuitBreaker("PayApi").AddCircuitBreaker(options => options.FailureStatusCodes = ["404"])
                : client.AddCircuitBreaker(options => options.FailureStatusCodes = ["404"]).AddCircuitBreaker("PayApi");
        });

        using var response = await rig.Client("Generated+IPayments").GetAsync("http://a/");

        Assert.Equal(1, Assert.Single(rig.Registry.GetSnapshots()).TotalFailed);
    }

    [Fact]
    public void Second_circuit_breaker_name_for_a_client_throws()
    {
        var client = new ServiceCollection().AddHttpClient("c").AddCircuitBreaker("one").AddCircuitBreaker("one");

        var exception = Assert.Throws<InvalidOperationException>(() => client.AddCircuitBreaker("two"));

        Assert.Equal(
            "The circuit breaker of client 'c' is already named 'one'; use the same name in each registration.", exception.Message);
    }

    [Fact]
    public void Circuit_breaker_name_in_the_client_defaults_throws() => new ServiceCollection().ConfigureHttpClientDefaults(defaults =>
        Assert.Throws<InvalidOperationException>(() => defaults.AddCircuitBreaker("all")));
}
