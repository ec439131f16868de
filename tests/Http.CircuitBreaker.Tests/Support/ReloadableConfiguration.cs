using System.Text;
using Microsoft.Extensions.Configuration;

namespace Http.CircuitBreaker.Tests.Support;

/// <summary>An appsettings.json that the test edits; the change is told at once, without a file or a wait.</summary>
internal sealed class ReloadableConfiguration : ConfigurationProvider, IConfigurationSource
{
    private ReloadableConfiguration(string json)
    {
        Read(json);
        Root = new ConfigurationBuilder().Add(this).Build();
    }

    public IConfigurationRoot Root { get; }

    public static ReloadableConfiguration From(string json) => new(json);

    public void Edit(string json)
    {
        Read(json);
        OnReload();
    }

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    private void Read(string json)
    {
        var parsed = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();
        Data = parsed.AsEnumerable().ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.OrdinalIgnoreCase);
    }
}
