using System.Globalization;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.AspNetCore.Tests;

public sealed class ReadmeTests
{
    [Fact]
    public void Options_table_lists_every_option_with_its_default()
    {
        var defaults = new CircuitEndpointsOptions();
        var options = typeof(CircuitEndpointsOptions).GetProperties()
            .Select(property => (property.Name, Convert.ToString(property.GetValue(defaults), CultureInfo.InvariantCulture)!));

        Assert.Equal(options, MarkdownTables.Options(Repository.Read("src/Http.CircuitBreaker.AspNetCore/README.md")));
    }
}
