using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;

namespace Http.CircuitBreaker.Tests.Support;

/// <summary>Creates configurations from JSON.</summary>
internal static class ConfigurationText
{
    /// <summary>The section <c>HttpCircuitBreaker</c> with the given content, in which single quotes are allowed.</summary>
    public static string Root(string section) => $$"""{ "HttpCircuitBreaker": { {{section.Replace('\'', '"')}} } }""";

    public static IConfigurationRoot Json(params string[] sections)
    {
        var builder = new ConfigurationBuilder();
        foreach (var section in sections)
        {
            builder.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(Root(section))));
        }

        return builder.Build();
    }

    public static IConfigurationRoot Watched(params ConfigurationFile[] files)
    {
        var builder = new ConfigurationBuilder();
        foreach (var file in files)
        {
            builder.Add(new JsonConfigurationSource { FileProvider = file, Path = file.Name, ReloadOnChange = true, ReloadDelay = 0 });
        }

        return builder.Build();
    }
}
