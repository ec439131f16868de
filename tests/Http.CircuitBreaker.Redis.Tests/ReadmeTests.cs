using System.Globalization;
using System.Text.Json;
using Http.CircuitBreaker.Redis.Configuration;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Redis.Tests;

public sealed class ReadmeTests
{
    [Fact]
    public void Options_table_lists_every_option_with_its_default() =>
        Assert.Equal(
            RedisOptionsSetup.Table.Rows.Select(row => (row.Key, DefaultOf(row.Key))),
            MarkdownTables.Options(Repository.Read("src/Http.CircuitBreaker.Redis/README.md")));

    [Fact]
    public void README_names_the_version_of_Garnet_that_the_tests_use()
    {
        using var manifest = JsonDocument.Parse(Repository.Read(".config/dotnet-tools.json"));
        var version = manifest.RootElement.GetProperty("tools").GetProperty("garnet-server").GetProperty("version").GetString();

        Assert.Contains($"Garnet {version}", Repository.Read("src/Http.CircuitBreaker.Redis/README.md"), StringComparison.Ordinal);
    }

    private static string DefaultOf(string key) => typeof(RedisCircuitOptions).GetProperty(key)!.GetValue(new RedisCircuitOptions()) switch
    {
        null => "null",
        double share => share.ToString("0.###", CultureInfo.InvariantCulture),
        string machine when machine == Environment.MachineName => "the machine's name",
        string prefix when prefix.EndsWith(AppDomain.CurrentDomain.FriendlyName, StringComparison.Ordinal) =>
            prefix.Replace(AppDomain.CurrentDomain.FriendlyName, "APPLICATION", StringComparison.Ordinal),
        var value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
