using Http.CircuitBreaker.Configuration;
using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;

namespace Http.CircuitBreaker.Tests.Configuration;

/// <summary>A configuration scans all its keys for each list of children, so the number of such scans must not grow with the hosts.</summary>
public sealed class ManyHostsTests
{
    [Fact]
    public void Number_of_scans_of_the_configuration_keys_does_not_grow_with_the_number_of_hosts()
    {
        Assert.Equal(CountScans(hosts: 10), CountScans(hosts: 500));
    }

    [Fact]
    public void Hosts_whose_keys_a_custom_configuration_provider_computes_are_found()
    {
        var provider = new OwnKeys(new MemoryConfigurationSource { InitialData = Settings(hosts: 5) });
        AssertSettings(new ConfigurationRoot([provider]), hosts: 5 + OwnKeys.ComputedHosts);
    }

    [Fact]
    public void Copy_of_a_configuration_section_contains_the_same_keys_and_values()
    {
        var configuration = new ConfigurationBuilder()
            .AddConfiguration(ConfigurationText.Json("'Hosts': { 'b': { 'FailureRatio': 0.1, 'x': null, 'list': [ 1, 2 ], 'empty': {} } }"))
            .AddInMemoryCollection(
            [
                new("httpcircuitbreaker:hosts:B:failureratio", "0.2"), new("HttpCircuitBreaker:Hosts:10:a", "1"),
                new("HttpCircuitBreaker:Hosts:9:a", "1"), new("HttpCircuitBreaker:Hosts:[::1]:80:Mode", "Observe"),
                new("HttpCircuitBreaker:Hosts", "value"), new("HttpCircuitBreaker:Hosts2:x", "1"), new("HttpCircuitBreaker:Hosts:", "1"),
            ])
            .Build();
        var section = configuration.GetSection("HttpCircuitBreaker:Hosts");

        var expected = Describe(section);
        Assert.Equal(18, expected.Count);
        Assert.Equal(expected.Order(), Describe(SectionTree.TryCopy(section, configuration)!).Order());
        Assert.Null(SectionTree.TryCopy(section, new ConfigurationBuilder().Build()));
    }

    [Fact]
    public void Copy_of_a_configuration_section_keeps_the_order_of_a_list()
    {
        var items = Enumerable.Range(0, 12).ToList();
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(items.AsEnumerable().Reverse().Select(i => KeyValuePair.Create($"list:{i}", (string?)$"{i}")))
            .Build();
        var copy = SectionTree.TryCopy(configuration.GetSection("list"), configuration)!;

        Assert.Equal(items.Select(i => $"{i}"), copy.GetChildren().Select(item => item.Value));
    }

    private static List<string> Describe(IConfigurationSection section) =>
    [
        $"{section.Path} {section.Key} = {section.Value ?? "null"}", .. section.GetChildren().SelectMany(Describe),
    ];

    private static int CountScans(int hosts)
    {
        var configuration = new CountingRoot(new ConfigurationBuilder().AddInMemoryCollection(Settings(hosts)).Build());
        AssertSettings(new ConfigurationBuilder().AddConfiguration(configuration).Build(), hosts);
        return configuration.Scans;
    }

    private static void AssertSettings(IConfiguration configuration, int hosts)
    {
        using var app = ConfigurationApp.WithoutConfiguration();
        app.Services.AddSingleton(configuration);
        app.AddClient("client").AddCircuitBreaker();
        Assert.Equal(hosts, app.Provider.GetRequiredService<IClientSettingsSource>().Load("client").Hosts.Count);
        Assert.Equal(7, app.Settings("client", "https://host3/").MinimumThroughput);
    }

    private static IEnumerable<KeyValuePair<string, string?>> Settings(int hosts) => Enumerable.Range(0, hosts)
        .SelectMany(i => new[] { ("MinimumThroughput", "7"), ("BreakDuration", "00:00:02") }, (i, setting) =>
            KeyValuePair.Create($"HttpCircuitBreaker:Hosts:host{i}:{setting.Item1}", (string?)setting.Item2));

    /// <summary>Counts the requests for keys, as a provider that is chained asks for a section and its children.</summary>
    private sealed class CountingRoot(IConfigurationRoot inner) : IConfigurationRoot
    {
        public int Scans { get; private set; }

        public IEnumerable<IConfigurationProvider> Providers => inner.Providers;

        public string? this[string key]
        {
            get => inner[key];
            set => inner[key] = value;
        }

        public IConfigurationSection GetSection(string key)
        {
            Scans++;
            return inner.GetSection(key);
        }

        public IEnumerable<IConfigurationSection> GetChildren()
        {
            Scans++;
            return inner.GetChildren();
        }

        public IChangeToken GetReloadToken() => inner.GetReloadToken();

        public void Reload() => inner.Reload();
    }

    private sealed class OwnKeys(MemoryConfigurationSource source) : MemoryConfigurationProvider(source)
    {
        public const int ComputedHosts = 1;

        public override IEnumerable<string> GetChildKeys(IEnumerable<string> earlierKeys, string? parentPath) => base.GetChildKeys(
            parentPath == "HttpCircuitBreaker:Hosts" ? earlierKeys.Append("computed") : earlierKeys, parentPath);
    }
}
