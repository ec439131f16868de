using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.AspNetCore.Tests.Support;

/// <summary>What a test changes in the application under test.</summary>
internal sealed record AppSetup
{
    public string Environment { get; init; } = "Development";

    public string Pattern { get; init; } = "/circuits";

    public Action<CircuitEndpointsOptions>? Options { get; init; }

    public Action<CircuitBreakerOptions>? Breaker { get; init; }

    public (string Key, string Value)[] Settings { get; init; } = [];

    public Action<IServiceCollection>? Services { get; init; }

    public Action<WebApplication>? Pipeline { get; init; }

    public Action<IEndpointConventionBuilder>? Conventions { get; init; }

    public static AppSetup Open { get; } = new() { Conventions = group => group.AllowAnonymous() };

    public static AppSetup Controllable { get; } = new() { Options = options => options.EnableControl = true };
}
