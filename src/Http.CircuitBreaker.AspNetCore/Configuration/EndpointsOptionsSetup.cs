using Http.CircuitBreaker.Configuration;
using Microsoft.Extensions.Configuration;
using static Http.CircuitBreaker.Configuration.OptionTypes;
using Options = Http.CircuitBreaker.AspNetCore.CircuitEndpointsOptions;

namespace Http.CircuitBreaker.AspNetCore.Configuration;

/// <summary>Reads and validates the <c>HttpCircuitBreaker:Endpoints</c> section.</summary>
internal sealed class EndpointsOptionsSetup(IConfiguration? configuration = null) : OptionsSetup<Options>
{
    public const string SectionName = "Endpoints";

    public static OptionTable<Options> Table { get; } = new OptionTable<Options>()
        .Add(nameof(Options.EnableControl), o => o.EnableControl, (o, v) => o.EnableControl = v, Bool)
        .Add(nameof(Options.RefreshInterval), o => o.RefreshInterval, (o, v) => o.RefreshInterval = v, Duration(
            TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1)))
        .Add(nameof(Options.HeartbeatInterval), o => o.HeartbeatInterval, (o, v) => o.HeartbeatInterval = v, Duration(
            TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)))
        .Add(nameof(Options.MaxViewers), o => o.MaxViewers, (o, v) => o.MaxViewers = v, Integer(1, 10_000))
        .Add(nameof(Options.HistoryLength), o => o.HistoryLength, (o, v) => o.HistoryLength = v, Integer(0, 10_000));

    protected override IReadOnlyCollection<string> Read(string name, Options options) =>
        configuration is null ? [] : Table.Read(configuration.GetSection($"HttpCircuitBreaker:{SectionName}"), options);

    protected override IEnumerable<string> Check(string name, Options options) =>
        Table.Check(options).Select(error => $"{nameof(CircuitEndpointsOptions)}: {error}");
}
