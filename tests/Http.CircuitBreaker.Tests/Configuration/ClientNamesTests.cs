using Http.CircuitBreaker.Configuration;
using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Tests.Configuration;

/// <summary>The section <c>Clients</c> and the names in it.</summary>
public sealed class ClientNamesTests
{
    [Theory]
    [InlineData("Paymentclient", "HttpCircuitBreaker:Clients:Payment: no client of that name has a circuit breaker; the clients are 'Paymentclient'")]
    [InlineData("Payments", "HttpCircuitBreaker:Clients:Payment: no client of that name has a circuit breaker; did you mean 'Payments'?")]
    public void Error_for_an_unknown_client_section_suggests_the_nearest_name(string client, string error)
    {
        using var app = ConfigurationApp.With("'Clients': { 'Payment': { 'FailureRatio': 0.2 } }");
        app.AddClient(client).AddCircuitBreaker();

        Assert.Equal(error, Assert.Single(app.Errors(client)));
    }

    [Fact]
    public void Section_for_a_client_without_a_circuit_breaker_is_reported()
    {
        using var app = ConfigurationApp.With("'Clients': { 'plain': { 'FailureRatio': 0.2 } }");
        app.AddClient("plain");
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal(
            "HttpCircuitBreaker:Clients:plain: no client of that name has a circuit breaker; the clients are 'client'",
            Assert.Single(app.Errors("client")));
    }

    [Fact]
    public void Unknown_clients_are_allowed_where_services_share_a_configuration()
    {
        using var app = ConfigurationApp.With("'AllowUnknownClients': true, 'Clients': { 'other': {}, 'client': { 'FailureRatio': 0.2 } }");
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal(0.2, app.Options("client").FailureRatio);
    }

    [Fact]
    public void Value_of_AllowUnknownClients_must_be_a_Boolean()
    {
        using var app = ConfigurationApp.With("'AllowUnknownClients': 'maybe'");
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal(
            "HttpCircuitBreaker:AllowUnknownClients: 'maybe' is not a Boolean; use true or false", Assert.Single(app.Errors("client")));
    }

    [Fact]
    public void Circuit_breaker_name_replaces_the_client_name_in_configuration()
    {
        using var app = ConfigurationApp.With("'Clients': { 'PayApi': { 'FailureRatio': 0.2 } }");
        app.AddClient("Refit.Implementation.Generated+IPayApi").AddCircuitBreaker("PayApi");

        Assert.Equal(0.2, app.Options("PayApi").FailureRatio);
    }

    [Fact]
    public void Client_names_in_configuration_are_case_insensitive()
    {
        using var app = ConfigurationApp.With("'clients': { 'CLIENT': { 'FailureRatio': 0.2 } }");
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal(0.2, app.Options("client").FailureRatio);
    }

    [Fact]
    public void Client_name_with_a_colon_is_treated_as_a_configuration_path()
    {
        using var app = ConfigurationApp.With("'Clients': { 'eu:payments': { 'FailureRatio': 0.2 } }");
        app.AddClient("eu:payments").AddCircuitBreaker();

        Assert.Equal(0.2, app.Options("eu:payments").FailureRatio);
    }

    [Fact]
    public void Unnamed_client_uses_the_root_settings()
    {
        using var app = ConfigurationApp.With("'FailureRatio': 0.2");
        app.AddClient("").AddCircuitBreaker();

        Assert.Equal(0.2, app.Options("").FailureRatio);
    }

    [Fact]
    public void Registered_child_section_is_accepted_only_under_the_root()
    {
        using var app = ConfigurationApp.With("'Redis': { 'Prefix': 'x' }, 'Clients': { 'client': { 'Redis': {} } }, 'Endpoint': {}");
        app.AddClient("client").AddCircuitBreaker();
        var registrations = app.Services.Select(service => service.ImplementationInstance).OfType<ClientRegistrations>().Single();
        registrations.ChildSections.UnionWith(["redis", "Endpoints"]);

        Assert.Equal(
            [
                "HttpCircuitBreaker:Endpoint: unknown setting; did you mean 'Endpoints'?",
                "HttpCircuitBreaker:Clients:client:Redis: unknown setting",
            ],
            app.Errors("client"));
    }

    [Fact]
    public void Unregistered_child_section_is_reported()
    {
        using var app = ConfigurationApp.With("'Redis': { 'Prefix': 'x' }");
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal("HttpCircuitBreaker:Redis: unknown setting", Assert.Single(app.Errors("client")));
    }
}
