using System.Net;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Registry;

/// <summary>Circuits that are named by the first segments of the path or by a header.</summary>
public sealed class CircuitNamesTests
{
    private static readonly CircuitKey _host = RegistryRig.KeyOf("http://host/");

    [Theory]
    [InlineData("/v1/chat", "v1/chat")]
    [InlineData("/v1/chat/completions/7?model=x#y", "v1/chat")]
    [InlineData("/v1/chat/", "v1/chat")]
    [InlineData("//v1/chat", "v1/chat")]
    [InlineData("/V1/Chat", "v1/chat")]
    [InlineData("/v1?a=/b/c", "v1")]
    [InlineData("/v1//chat", "v1")]
    [InlineData("/v1/./x/../chat", "v1/chat")]
    [InlineData("/v1/chat/../../admin/users", "admin/users")]
    [InlineData(@"/v1\chat", "v1/chat")]
    [InlineData("/model/claude-v1:0/invoke", "model/claude-v1:0")]
    [InlineData("/b%C3%BCcher/%41", "b%c3%bccher/a")]
    [InlineData("/bücher/A", "b%c3%bccher/a")]
    [InlineData("/a%2Fb/c/d", "a%2fb/c")]
    [InlineData("/%E2%80%AEx/%0D%0A", "%e2%80%aex/%0d%0a")]
    [InlineData("/", null)]
    [InlineData("", null)]
    [InlineData("?x=/v1/chat", null)]
    [InlineData("#/v1/chat", null)]
    public async Task With_PathSegments_the_first_segments_of_the_path_name_the_circuit(string path, string? name)
    {
        using var rig = new RegistryRig(options => options.PathSegments = 2);

        await rig.GetAsync($"http://host{path}");

        Assert.Equal(name is null ? _host : _host.WithName(name), Assert.Single(rig.Registry.GetSnapshots()).Key);
    }

    [Theory]
    [InlineData("eu", "eu")]
    [InlineData(" EU ", "eu")]
    [InlineData("Acme & Co", "acme & co")]
    [InlineData("a/b/c", "a/b/c")]
    [InlineData("", null)]
    [InlineData(" ", null)]
    [InlineData("a\u202Eb", null)]
    [InlineData("a\u0007b", null)]
    [InlineData("bücher", null)]
    public async Task Header_value_names_the_circuit_if_it_is_printable_ASCII(string value, string? name)
    {
        using var rig = new RegistryRig(options => options.CircuitNameHeader = "X-Tenant");

        await SendAsync(rig, value);

        Assert.Equal(name is null ? _host : _host.WithName(name), Assert.Single(rig.Registry.GetSnapshots()).Key);
    }

    [Fact]
    public async Task Calls_without_the_name_header_use_the_circuit_of_their_host()
    {
        using var rig = new RegistryRig(options => options.CircuitNameHeader = "X-Tenant");
        await rig.GetAsync("http://host/");
        await SendAsync(rig, "eu");
        await rig.GetAsync("http://host/");

        Assert.Equal(2, rig.Registry.Find(_host)!.TotalSucceeded);
        Assert.Equal(1, rig.Registry.Find(_host.WithName("eu"))!.TotalSucceeded);
    }

    [Theory]
    [InlineData(100, 1)]
    [InlineData(101, 0)]
    public async Task Circuit_name_of_more_than_100_characters_is_not_used(int length, int named)
    {
        using var rig = new RegistryRig(options => options.PathSegments = 1);

        await rig.GetAsync($"http://host/{new string('a', length)}");

        Assert.Equal(named, rig.Registry.GetSnapshots().Count(circuit => circuit.Key.Name is not null));
    }

    [Theory]
    [InlineData(CircuitScope.Origin, "c http://host:80 v1", "c https://host:443 v1")]
    [InlineData(CircuitScope.Host, "c host v1")]
    [InlineData(CircuitScope.Client, "c v1")]
    public async Task Circuit_key_consists_of_the_scope_and_the_circuit_name(CircuitScope scope, params string[] circuits)
    {
        using var rig = new RegistryRig(options => (options.Scope, options.PathSegments) = (scope, 1));
        await rig.GetAsync("http://host/v1");
        await rig.GetAsync("https://host/v1/x");

        Assert.Equal(circuits, rig.Registry.GetSnapshots().Select(circuit => circuit.Key.ToString()).Order());
        Assert.NotNull(rig.Registry.Find(_host.WithName("V1")));
    }

    [Fact]
    public async Task Only_the_circuit_of_the_failing_route_opens()
    {
        using var rig = new RegistryRig(options => options.PathSegments = 1);
        rig.Answer = (request, _) => Task.FromResult(new HttpResponseMessage(
            request.RequestUri!.AbsolutePath.StartsWith("/dead", StringComparison.Ordinal) ? HttpStatusCode.BadGateway : HttpStatusCode.OK));
        for (var i = 0; i < 10; i++)
        {
            await rig.GetAsync($"http://host/dead/{i}");
            await rig.GetAsync($"http://host/alive/{i}");
        }

        Assert.True((await rig.GetAsync("http://host/dead/new")).IsCircuitOpen());
        Assert.False((await rig.GetAsync("http://host/alive/new")).IsCircuitOpen());
        Assert.False((await rig.GetAsync("http://host/")).IsCircuitOpen());
    }

    [Fact]
    public async Task Calls_with_names_beyond_MaxCircuitNames_share_the_circuit_of_their_host()
    {
        using var rig = new RegistryRig(options => (options.CircuitNameHeader, options.ConsecutiveFailures) = ("X-Tenant", 20));
        using var invoker = rig.NewInvoker();
        await SendAsync(rig, "real");
        for (var i = 0; i < 100_000; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "http://host/");
            request.Headers.Add("X-Tenant", $"invented{i}");
            using var response = await invoker.SendAsync(request, CancellationToken.None);
        }

        Assert.Equal(101, rig.Registry.GetSnapshots().Count);
        Assert.Equal(100_000 - 99, rig.Registry.Find(_host)!.TotalSucceeded);
        Assert.Equal(0, rig.Circuits.Totals().Bypassed);
        await SendAsync(rig, "real");
        Assert.Equal(2, rig.Registry.Find(_host.WithName("real"))!.TotalSucceeded);
        Assert.Equal(
            "Client 'c' has reached its limit of 100 circuit names (MaxCircuitNames).",
            RegistryRig.FirstSentence(Assert.Single(rig.Logs("CircuitNamesRefused"))));

        rig.AnswerWith(HttpStatusCode.InternalServerError);
        for (var i = 0; i < 20; i++)
        {
            await SendAsync(rig, $"other{i}");
        }

        Assert.True((await SendAsync(rig, "last")).IsCircuitOpen());
        Assert.False((await SendAsync(rig, "real")).IsCircuitOpen());
    }

    [Fact]
    public async Task Concurrent_first_calls_do_not_create_more_than_MaxCircuitNames_named_circuits()
    {
        using var rig = new RegistryRig(options => (options.PathSegments, options.MaxCircuitNames) = (1, 10));
        using var invoker = rig.NewInvoker();

        await RegistryCrowd.RunAsync(64, i =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://host/{i}");
            return invoker.Send(request, CancellationToken.None);
        });

        Assert.Equal(10, rig.Registry.GetSnapshots().Count(circuit => circuit.Key.Name is not null));
        Assert.Equal(64, rig.Registry.GetSnapshots().Sum(circuit => circuit.TotalSucceeded));
    }

    [Fact]
    public async Task Call_with_a_circuit_name_uses_the_circuit_of_its_host_if_the_registry_is_full()
    {
        using var rig = new RegistryRig(options => (options.PathSegments, options.MaxCircuits) = (1, 1));
        rig.Registry.Isolate(_host);

        Assert.True((await rig.GetAsync("http://host/v1")).IsCircuitOpen());
    }

    [Fact]
    public async Task Named_circuit_of_a_host_can_be_isolated_and_reset_by_its_key()
    {
        using var rig = new RegistryRig(options => options.PathSegments = 2);
        rig.Registry.Isolate(_host.WithName("v1/chat"));

        Assert.True((await rig.GetAsync("http://host/v1/chat/completions")).IsCircuitOpen());
        Assert.False((await rig.GetAsync("http://host/v1/models")).IsCircuitOpen());
        Assert.True(rig.Registry.Reset(_host.WithName("V1/CHAT")));
        Assert.False((await rig.GetAsync("http://host/v1/chat")).IsCircuitOpen());
    }

    [Theory]
    [InlineData("v1/chat/completions")]
    [InlineData("/v1")]
    [InlineData("v1/")]
    [InlineData("")]
    public void Isolating_a_circuit_name_that_no_call_can_have_throws(string name)
    {
        using var rig = new RegistryRig(options => options.PathSegments = 2);

        Assert.Throws<ArgumentException>(() => rig.Registry.Isolate(_host.WithName(name)));
        Assert.Throws<ArgumentException>(() => rig.Registry.Isolate(CircuitKey.FromName("c", "v1")));
    }

    [Fact]
    public void Isolating_a_new_circuit_name_throws_if_MaxCircuitNames_is_reached()
    {
        using var rig = new RegistryRig(options => (options.PathSegments, options.MaxCircuitNames) = (1, 0));

        var exception = Assert.Throws<InvalidOperationException>(() => rig.Registry.Isolate(_host.WithName("v1")));

        Assert.EndsWith("raise MaxCircuits or MaxCircuitNames.", exception.Message, StringComparison.Ordinal);
        Assert.Empty(rig.Logs("CircuitNamesRefused"));
    }

    private static Task<HttpResponseMessage> SendAsync(RegistryRig rig, string tenant)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "http://host/");
        request.Headers.TryAddWithoutValidation("X-Tenant", tenant);
        return rig.Client().SendAsync(request);
    }
}
