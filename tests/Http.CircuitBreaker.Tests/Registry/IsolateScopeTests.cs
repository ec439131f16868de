using System.Net;
using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Tests.Registry;

/// <summary>Isolating a circuit that no call uses is an error.</summary>
public sealed class IsolateScopeTests
{
    private static readonly Uri _host = new("http://host");

    public static TheoryData<CircuitScope, CircuitKey, bool> Keys => new()
    {
        { CircuitScope.Origin, CircuitKey.FromUri("c", _host), true },
        { CircuitScope.Origin, CircuitKey.FromUri("c", _host, CircuitScope.Host), false },
        { CircuitScope.Origin, CircuitKey.FromClient("c"), false },
        { CircuitScope.Host, CircuitKey.FromUri("c", _host), true },
        { CircuitScope.Host, CircuitKey.FromUri("c", _host, CircuitScope.Host), true },
        { CircuitScope.Host, CircuitKey.FromClient("c"), false },
        { CircuitScope.Client, CircuitKey.FromUri("c", _host), true },
        { CircuitScope.Client, CircuitKey.FromClient("c"), true },
        { CircuitScope.Origin, CircuitKey.FromName("c", "own"), false },
    };

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task Isolate_throws_for_keys_that_do_not_match_the_scope_of_the_client(CircuitScope scope, CircuitKey key, bool isFound)
    {
        var services = new ServiceCollection();
        services.AddHttpClient("c").AddCircuitBreaker(options => options.Scope = scope)
            .ConfigurePrimaryHttpMessageHandler(() => new StubHandler(HttpStatusCode.OK));
        await using var provider = services.BuildServiceProvider();
        var circuits = provider.GetRequiredService<ICircuitRegistry>();

        if (!isFound)
        {
            var error = Assert.Throws<ArgumentException>(() => circuits.Isolate(key));
            Assert.Contains($"the client's Scope ({scope}", error.Message, StringComparison.Ordinal);
            return;
        }

        circuits.Isolate(key);
        using var response = await provider.GetRequiredService<IHttpClientFactory>().CreateClient("c").GetAsync(_host);
        Assert.True(response.IsCircuitOpen());
    }
}
