using System.Net;
using Http.CircuitBreaker.AspNetCore.Tests.Support;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.AspNetCore.Tests.Access;

/// <summary>The endpoints are locked down by default.</summary>
public sealed class AccessTests
{
    private static readonly string[] _routes = ["/circuits", "/circuits/", "/circuits/api", "/circuits/api/some", "/circuits/events"];

    private static readonly string[] _unknown = ["/circuits/unknown", "/circuits/api/some/unknown", "/circuits/api/some/reset/unknown"];

    private static readonly string[] _paths =
        [.. _routes, "/circuits/api/some/isolate", "/circuits/api/some/reset", .. _unknown];

    public static TheoryData<string> Methods => ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PURGE"];

    public static TheoryData<string> ProxyHeaders =>
    [
        "Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "x-forwarded-prefix", "X-Original-For",
        "X-Original-Host", "X-Real-IP", "X-Client-IP", "X-Cluster-Client-IP", "X-Envoy-External-Address", "X-Azure-ClientIP",
        "True-Client-IP", "CF-Connecting-IP", "CF-RAY", "CDN-Loop",
        "Fastly-Client-IP", "Fly-Client-IP", "X-Amzn-Trace-Id", "X-ARR-ClientCert",
    ];

    [Fact]
    public async Task Local_requests_are_allowed_in_Development()
    {
        await using var app = await CircuitsApp.StartAsync();
        await app.CallAsync();
        Assert.Equal(200, (await app.GetAsync("/circuits/")).Status);
        Assert.Equal(200, (await app.GetAsync("/circuits/api")).Status);
        Assert.Equal(200, (await app.GetAsync($"/circuits/api/{CircuitsApp.Key.Id}")).Status);
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    [InlineData("")]
    public async Task Every_route_returns_404_outside_Development(string environment)
    {
        await using var app = await CircuitsApp.StartAsync(new AppSetup { Environment = environment });
        foreach (var route in _routes)
        {
            var answer = await app.GetAsync(route);
            Assert.Equal((404, ""), (answer.Status, answer.Text));
            Assert.Empty(answer.Headers);
        }

        Assert.Equal(404, (await app.PostAsync("/circuits/api/some/reset")).Status);
    }

    [Fact]
    public async Task Requests_are_refused_if_a_policy_is_set_but_the_authorization_middleware_is_missing()
    {
        var policy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build();
        await using var app = await CircuitsApp.StartAsync(
            new AppSetup { Environment = "Production", Conventions = group => group.WithMetadata(policy) });

        Assert.Equal(404, (await app.GetAsync("/circuits/api")).Status);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Every_method_and_path_returns_404_if_access_is_denied(string method)
    {
        await using var app = await CircuitsApp.StartAsync(AppSetup.Controllable with { Environment = "Production" });
        foreach (var path in _paths)
        {
            var answer = await app.SendAsync(method, path);
            Assert.Equal((path, 404, ""), (path, answer.Status, answer.Text));
            Assert.Empty(answer.Headers);
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Anonymous_requests_return_401_for_every_method_if_authorization_is_required(string method)
    {
        await using var app = await CircuitsApp.StartAsync(
            WithAuthentication(services => services.AddAuthorization(), group => group.RequireAuthorization()));
        foreach (var route in _paths.Except(_unknown))
        {
            Assert.Equal((route, 401), (route, (await app.SendAsync(method, route)).Status));
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task An_unsupported_method_returns_405_if_access_is_allowed(string method)
    {
        await using var app = await CircuitsApp.StartAsync(AppSetup.Controllable);
        foreach (var route in _paths.Except(_unknown))
        {
            var supported = route.EndsWith("/isolate", StringComparison.Ordinal) || route.EndsWith("/reset", StringComparison.Ordinal)
                ? "POST"
                : "GET";
            if (method != supported)
            {
                var answer = await app.SendAsync(method, route);
                Assert.Equal((route, 405, supported), (route, answer.Status, answer.Headers.Allow.ToString()));
            }
        }

        foreach (var path in _unknown)
        {
            Assert.Equal((path, 404), (path, (await app.SendAsync(method, path)).Status));
        }
    }

    [Theory]
    [InlineData("192.168.1.7")]
    [InlineData("10.0.0.1")]
    [InlineData("2001:db8::1")]
    [InlineData("::ffff:203.0.113.9")]
    [InlineData(null)]
    public async Task Remote_requests_return_404_in_Development(string? remote)
    {
        await using var app = await CircuitsApp.StartAsync();
        var address = remote is null ? null : IPAddress.Parse(remote);
        var answer = await app.GetAsync("/circuits/api", context => context.Connection.RemoteIpAddress = address);
        Assert.Equal(404, answer.Status);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.9.10")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    public async Task Requests_from_any_loopback_address_are_treated_as_local(string remote)
    {
        await using var app = await CircuitsApp.StartAsync();
        var answer = await app.GetAsync("/circuits/api", context => context.Connection.RemoteIpAddress = IPAddress.Parse(remote));
        Assert.Equal(200, answer.Status);
    }

    [Theory]
    [MemberData(nameof(ProxyHeaders))]
    public async Task Requests_with_a_proxy_header_are_not_treated_as_local(string header)
    {
        await using var app = await CircuitsApp.StartAsync();
        Assert.Equal(404, (await app.GetAsync("/circuits/api", context => context.Request.Headers[header] = "127.0.0.1")).Status);
    }

    [Theory]
    [InlineData("localhost", 200)]
    [InlineData("LOCALHOST:5000", 200)]
    [InlineData("shop.localhost", 200)]
    [InlineData("127.0.0.1:5000", 200)]
    [InlineData("[::1]:5000", 200)]
    [InlineData("rebound.example", 404)]
    [InlineData("localhost.example", 404)]
    [InlineData("notlocalhost", 404)]
    [InlineData("127.0.0.1.example", 404)]
    [InlineData("0.0.0.0", 404)]
    [InlineData("", 404)]
    public async Task Requests_are_treated_as_local_only_if_the_host_name_is_a_loopback_name(string host, int status)
    {
        await using var app = await CircuitsApp.StartAsync();
        Assert.Equal(status, (await app.GetAsync("/circuits/api", context => context.Request.Host = new HostString(host))).Status);
    }

    [Fact]
    public async Task AllowAnonymous_allows_remote_requests()
    {
        await using var app = await CircuitsApp.StartAsync(AppSetup.Open with { Environment = "Production" });
        Assert.Equal(200, (await app.GetAsync("/circuits/api", Remote)).Status);
    }

    [Fact]
    public async Task RequireAuthorization_applies_to_every_route()
    {
        await using var app = await CircuitsApp.StartAsync(
            WithAuthentication(services => services.AddAuthorization(), group => group.RequireAuthorization()));
        foreach (var route in _routes)
        {
            Assert.Equal(401, (await app.GetAsync(route)).Status);
        }

        Assert.Equal(401, (await app.PostAsync("/circuits/api/some/reset")).Status);
        Assert.Equal(200, (await app.GetAsync("/circuits/api", AuthenticatedRemote)).Status);
    }

    [Fact]
    public async Task Endpoints_use_the_applications_fallback_policy()
    {
        await using var app = await CircuitsApp.StartAsync(WithAuthentication(AddFallbackPolicy));
        Assert.Equal(401, (await app.GetAsync("/circuits/api")).Status);
        Assert.Equal(200, (await app.GetAsync("/circuits/api", AuthenticatedRemote)).Status);
    }

    [Fact]
    public async Task Fallback_policy_is_ignored_without_the_authorization_middleware()
    {
        // Authorization that runs before routing has no endpoint to check, so it allows every request.
        await using var app = await CircuitsApp.StartAsync(WithAuthentication(AddFallbackPolicy) with
        {
            Pipeline = application => application.UseAuthentication().UseAuthorization().UseRouting(),
        });
        Assert.Equal(404, (await app.GetAsync("/circuits/api", AuthenticatedRemote)).Status);
    }

    [Fact]
    public async Task Remote_requests_return_404_without_an_authorization_policy()
    {
        await using var app = await CircuitsApp.StartAsync(WithAuthentication(services => services.AddAuthorization()));
        Assert.Equal(404, (await app.GetAsync("/circuits/api", AuthenticatedRemote)).Status);
    }

    [Fact]
    public async Task RequireHost_applies_to_every_route()
    {
        await using var app = await CircuitsApp.StartAsync(new AppSetup { Conventions = group => group.RequireHost("admin.localhost") });
        foreach (var route in _routes)
        {
            Assert.Equal(404, (await app.GetAsync(route)).Status);
        }

        var answer = await app.GetAsync("/circuits/api", context => context.Request.Host = new HostString("admin.localhost"));
        Assert.Equal(200, answer.Status);
    }

    private static AppSetup WithAuthentication(
        Action<IServiceCollection> authorization, Action<IEndpointConventionBuilder>? conventions = null) => new()
    {
        Environment = "Production",
        Conventions = conventions,
        Services = services =>
        {
            services.AddAuthentication(HeaderAuthentication.Scheme)
                .AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>(HeaderAuthentication.Scheme, null);
            authorization(services);
        },
    };

    private static void AddFallbackPolicy(IServiceCollection services) =>
        services.AddAuthorization(options => options.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());

    private static void Remote(HttpContext context)
    {
        context.Connection.RemoteIpAddress = IPAddress.Parse("203.0.113.9");
        context.Request.Host = new HostString("shop.example.com");
    }

    private static void AuthenticatedRemote(HttpContext context)
    {
        Remote(context);
        context.Request.Headers[HeaderAuthentication.Header] = "ada";
    }
}
