using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.AspNetCore.Tests;

/// <summary>Mapping the endpoints with and without their services.</summary>
public sealed class MappingTests
{
    [Fact]
    public async Task Error_for_missing_services_tells_the_user_to_call_AddCircuitBreakerEndpoints()
    {
        await using var app = WebApplication.CreateBuilder().Build();
        var exception = Assert.Throws<InvalidOperationException>(() => app.MapCircuitBreakers());
        Assert.Contains("builder.Services.AddCircuitBreakerEndpoints()", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endpoints_can_be_registered_twice_and_mapped_without_any_HTTP_client()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Services.AddCircuitBreakerEndpoints().AddCircuitBreakerEndpoints(options => options.EnableControl = true);
        await using var app = builder.Build();
        app.MapCircuitBreakers();
        Assert.Empty(app.Services.GetRequiredService<ICircuitRegistry>().GetSnapshots());
        var observers = app.Services.GetServices<ICircuitObserver>().Select(observer => observer.GetType().Name);
        Assert.Equal(["CallHistory", "TransitionHistory"], observers.Order());
        Assert.True(app.Services.GetRequiredService<IOptions<CircuitEndpointsOptions>>().Value.EnableControl);
    }
}
