using Http.CircuitBreaker.Configuration;
using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Tests.Configuration;

/// <summary>The section <c>Clients</c> and the names in it.</summary>
public sealed class ClientNamesTests
{
    [Theory]
    [InlineData("Paymentclient", "HttpCircuitBreaker:Clients:Payment: no client with that name has a circuit breaker; the clients are 'Paymentclient'")]
    [InlineData("Payments", "HttpCircuitBreaker:Clients:Payment: no client with that name has a circuit breaker; did you mean 'Payments'?")]
    public void Error_for_a_section_of_an_unknown_client_suggests_the_nearest_name_or_lists_the_clients(string client, string error)
    {
        using var app = ConfigurationApp.With("'Clients': { 'Payment': { 'FailureRatio': 0.2 } }");
        app.AddClient(client).AddCircuitBreaker();

        Assert.Equal(error, Assert.Single(app.Errors(client)));
    }

    [Fact]
    public void Section_for_a_client_without_a_circuit_breaker_is_a_configuration_error()
    {
        using var app = ConfigurationApp.With("'Clients': { 'plain': { 'FailureRatio': 0.2 } }");
        app.AddClient("plain");
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal(
            "HttpCircuitBreaker:Clients:plain: no client with that name has a circuit breaker; the clients are 'client'",
            Assert.Single(app.Errors("client")));
    }

    [Fact]
    public void Sections_of_unknown_clients_are_allowed_if_AllowUnknownClients_is_set()
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
            "HttpCircuitBreaker:AllowUnknownClients: 'maybe' is not a boolean; use true or false", Assert.Single(app.Errors("client")));
    }

    [Fact]
    public void Circuit_breaker_name_replaces_the_client_name_in_configuration()
    {
        using var app = ConfigurationApp.With("'Clients': { 'PayApi': { 'FailureRatio': 0.2 } }");
        app.AddClient("Refit.Implementation.Generated+IPayApi").AddCircuitBreaker("PayApi");

        Assert.Equal(0.2, app.Options("PayApi").FailureRatio);
    }

    [Fact]
    public void Name_of_a_generic_typed_client_contains_its_type_arguments()
    {
        using var app = ConfigurationApp.With("'Clients': { 'CatalogClient<Book, int>': { 'FailureRatio': 0.2 } }");
        var client = app.Services.AddHttpClient<CatalogClient<Book, int>>().AddCircuitBreaker();

        Assert.Equal("CatalogClient<Book, int>", client.Name);
        Assert.Equal(0.2, app.Options(client.Name).FailureRatio);
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
    public void Section_of_an_add_on_package_is_accepted_only_directly_under_the_root_section()
    {
        using var app = ConfigurationApp.With("'Redis': { 'Prefix': 'x' }, 'Clients': { 'client': { 'Redis': {} } }, 'Endpoint': {}");
        app.AddClient("client").AddCircuitBreaker();
        var registrations = app.Services.Select(service => service.ImplementationInstance).OfType<ClientRegistrations>().Single();
        registrations.ChildSections.UnionWith(["redis", "Endpoints"]);

        Assert.Equal(
            [
                "HttpCircuitBreaker:Endpoint: unknown setting; did you mean 'Endpoints'?",
                "HttpCircuitBreaker:Clients:client:Redis: is valid only directly in HttpCircuitBreaker, for all clients",
            ],
            app.Errors("client"));
    }

    [Fact]
    public void Redis_section_is_a_configuration_error_if_the_Redis_package_is_not_registered()
    {
        using var app = ConfigurationApp.With("'Redis': { 'Prefix': 'x' }");
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal("HttpCircuitBreaker:Redis: needs the package Http.CircuitBreaker.Redis and services.AddCircuitBreakerRedis()", Assert.Single(app.Errors("client")));
    }

    private sealed record CatalogClient<TItem, TKey>(HttpClient Http);

    private sealed record Book;
}
