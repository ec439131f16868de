using System.Globalization;
using Http.CircuitBreaker.Redis.Configuration;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Redis.Tests;

public sealed class ReadmeTests
{
    [Fact]
    public void The_options_table_names_every_option_with_its_default_in_the_order_of_the_code() =>
        Assert.Equal(
            RedisOptionsSetup.Table.Rows.Select(row => (row.Key, DefaultOf(row.Key))),
            MarkdownTables.Options(Repository.Read("src/Http.CircuitBreaker.Redis/README.md")));

    private static string DefaultOf(string key) => typeof(RedisCircuitOptions).GetProperty(key)!.GetValue(new RedisCircuitOptions()) switch
    {
        null => "null",
        double share => share.ToString("0.###", CultureInfo.InvariantCulture),
        string machine when machine == Environment.MachineName => "the machine's name",
        var value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
