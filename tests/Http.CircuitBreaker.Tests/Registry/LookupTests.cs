using System.Net;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Registry;

public sealed class LookupTests
{
    [Fact]
    public async Task Concurrent_first_calls_to_a_host_create_one_circuit()
    {
        for (var round = 0; round < 8; round++)
        {
            using var rig = new RegistryRig(["c"]);
            var circuits = rig.Circuits;

            var found = await RegistryCrowd.RunAsync(64, _ =>
            {
                circuits.TryAdmit(new HttpRequestMessage(HttpMethod.Get, "http://host/"), now: 0, out var circuit, out var permit);
                permit.Record(CallResult.Success, now: 0);
                return circuit;
            });

            Assert.Single(found.Distinct());
            Assert.Equal(1, circuits.Count);
            Assert.Equal(64, rig.Circuit("http://host/").TotalSucceeded);
        }
    }

    [Fact]
    public async Task Equivalent_URLs_share_a_circuit_whose_key_contains_no_secrets()
    {
        using var rig = new RegistryRig(["c"]);
        foreach (var url in (string[])["HTTPS://HOST:443/a", "https://user:secret@host/b?secret", "https://host./c"])
        {
            await rig.GetAsync(url);
        }

        var circuit = Assert.Single(rig.Registry.GetSnapshots());
        Assert.Equal(3, circuit.TotalSucceeded);
        Assert.Equal("c https://host:443", circuit.Key.ToString());
    }

    [Theory]
    [InlineData("http://host/", "http://host:8080/", "https://host:80/", "http://other/")]
    [InlineData("http://[fe80::1%251]/", "http://[fe80::1%252]/")]
    public async Task Origins_with_a_different_scheme_host_or_port_have_separate_circuits(string first, params string[] others)
    {
        using var rig = new RegistryRig(["c"]);
        string[] urls = [first, .. others];
        foreach (var url in (string[])[.. urls, .. urls])
        {
            await rig.GetAsync(url);
        }

        Assert.All(urls, url => Assert.Equal(2, rig.Circuit(url).TotalSucceeded));
        Assert.Equal(urls.Length, rig.Registry.GetSnapshots().Count);
    }

    [Fact]
    public async Task Clients_have_separate_circuits_for_the_same_host()
    {
        using var rig = new RegistryRig(["c", "d"]);
        await rig.OpenAsync("http://host/");

        Assert.True((await rig.Client("c").GetAsync("http://host/")).IsCircuitOpen());
        Assert.False((await rig.Client("d").GetAsync("http://host/")).IsCircuitOpen());
    }

    [Fact]
    public async Task Circuit_outlives_its_handler_and_its_client()
    {
        using var rig = new RegistryRig(["c"]);
        await rig.OpenAsync("http://host/");

        // IHttpClientFactory replaces handlers every two minutes.
        using var rotated = new HttpClient(rig.NewHandler());

        Assert.True((await rig.Client().GetAsync("http://host/")).IsCircuitOpen());
        Assert.True((await rotated.GetAsync("http://host/")).IsCircuitOpen());
    }

    [Fact]
    public async Task Host_scope_uses_one_circuit_for_all_schemes_and_ports()
    {
        using var rig = new RegistryRig(options => options.Scope = CircuitScope.Host);
        foreach (var url in (string[])["http://host/", "https://host/", "http://HOST:8080/", "http://other/"])
        {
            await rig.GetAsync(url);
        }

        Assert.Equal(["c host", "c other"], rig.Registry.GetSnapshots().Select(circuit => circuit.Key.ToString()).Order());
        Assert.Equal(3, rig.Circuit("https://host:99/").TotalSucceeded);
    }

    [Fact]
    public async Task Client_scope_uses_one_circuit_for_all_hosts()
    {
        using var rig = new RegistryRig(options => options.Scope = CircuitScope.Client);
        await rig.GetAsync("http://host/");
        await rig.GetAsync("https://other/");

        Assert.Equal(2, Assert.Single(rig.Registry.GetSnapshots()).TotalSucceeded);
        Assert.Equal(CircuitKey.FromClient("c"), rig.Circuit("http://anything/").Key);
    }

    [Fact]
    public async Task CircuitName_delegate_selects_the_circuit_and_null_selects_the_circuit_of_the_scope()
    {
        using var rig = new RegistryRig(options => options.CircuitName = request => request.RequestUri!.AbsolutePath == "/" ? null : request.RequestUri.AbsolutePath);
        await rig.GetAsync("http://one/eu");
        await rig.GetAsync("http://two/eu");
        await rig.GetAsync("http://one/");

        Assert.Equal(["c /eu", "c http://one:80"], rig.Registry.GetSnapshots().Select(circuit => circuit.Key.ToString()).Order());
        Assert.Equal(2, rig.Registry.Find(CircuitKey.FromName("c", "/eu"))!.TotalSucceeded);
    }

    [Fact]
    public async Task Exception_in_CircuitName_is_logged_once_and_the_circuit_of_the_scope_is_used()
    {
        using var rig = new RegistryRig(options => options.CircuitName = _ => throw new InvalidOperationException("bug"));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await rig.GetAsync("http://host/")).StatusCode);
        }

        Assert.Equal(3, rig.Circuit("http://host/").TotalSucceeded);
        Assert.Equal("CircuitName threw an exception for 'c'.", RegistryRig.FirstSentence(Assert.Single(rig.Logs("UserCodeFailed"))));
    }
}
