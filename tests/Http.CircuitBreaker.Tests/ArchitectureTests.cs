using System.Text.RegularExpressions;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests;

/// <summary>The house: storeys that use only those below them, public types at the root, and files of a size to be read.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly string[] _storeys =
        ["Counting", "Circuits", "Rejection", "Classification", "Content", "Configuration", "Registry", "Telemetry", "Pipeline", "DependencyInjection"];

    // The roof sees every storey: the handler, what puts it into a client, and what tells a rejection.
    private static readonly string[] _roof =
        ["CircuitBreakerHandler.cs", "CircuitBreakerHttpClientBuilderExtensions.cs", "CircuitBreakerMessageExtensions.cs"];

    private static readonly string _core = Path.Combine(Repository.Root, "src", "Http.CircuitBreaker");

    public static TheoryData<string> Storeys => [.. _storeys];

    [Theory]
    [MemberData(nameof(Storeys))]
    public void A_storey_uses_only_those_below_it(string storey)
    {
        var allowed = _storeys[..Array.IndexOf(_storeys, storey)].Append(storey);
        var files = SourceFiles(storey);

        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.All(StoreysUsedBy(file), used => Assert.Contains(used, allowed)));
    }

    [Fact]
    public void Every_folder_is_a_storey()
    {
        var folders = Directory.GetDirectories(_core).Select(Path.GetFileName).Except(["bin", "obj"]);

        Assert.Equal(_storeys.Order(StringComparer.Ordinal), folders.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_public_types_at_the_root_use_no_storey_but_for_the_roof() =>
        Assert.All(SourceFiles("").Where(file => !_roof.Contains(Path.GetFileName(file))), file => Assert.Empty(StoreysUsedBy(file)));

    [Fact]
    public void What_is_public_is_at_the_root_and_nothing_else_is()
    {
        var types = typeof(CircuitBreakerHandler).Assembly.GetTypes().Where(type => type.Namespace?.StartsWith("Http.CircuitBreaker", StringComparison.Ordinal) == true);

        Assert.All(types.Where(IsWritten), type => Assert.Equal(type.Namespace == "Http.CircuitBreaker", type.IsPublic));
    }

    [Fact]
    public void The_core_depends_on_nothing_but_the_extensions_that_it_promises()
    {
        string[] promised =
        [
            "Microsoft.Extensions.Configuration.Abstractions", "Microsoft.Extensions.DependencyInjection.Abstractions",
            "Microsoft.Extensions.Diagnostics.Abstractions", "Microsoft.Extensions.Http", "Microsoft.Extensions.Logging.Abstractions",
            "Microsoft.Extensions.Options", "Microsoft.Extensions.Primitives",
        ];

        var others = typeof(CircuitBreakerHandler).Assembly.GetReferencedAssemblies()
            .Where(name => !name.Name!.StartsWith("System.", StringComparison.Ordinal))
            .ToList();

        Assert.All(others, name => Assert.Contains(name.Name, promised));
        Assert.All(others, name => Assert.Equal(new Version(10, 0, 0, 0), name.Version));
    }

    [Fact]
    public void No_file_is_longer_than_250_lines() =>
        Assert.All(AllSourceFiles(), file => Assert.True(File.ReadLines(file).Count() <= 250, file));

    [Fact]
    public void No_source_is_switched_off_or_silenced() =>
        Assert.All(AllSourceFiles(), file => Assert.DoesNotMatch("#if |#pragma|TODO|FIXME", File.ReadAllText(file)));

    private static string[] SourceFiles(string folder) => Directory.GetFiles(Path.Combine(_core, folder), "*.cs");

    // The satellites' too.
    private static List<string> AllSourceFiles() =>
        [.. Directory.GetFiles(Path.GetDirectoryName(_core)!, "*.cs", SearchOption.AllDirectories).Where(file => !GeneratedFolder().IsMatch(file))];

    private static IEnumerable<string> StoreysUsedBy(string file) =>
        Storey().Matches(File.ReadAllText(file)).Select(use => use.Groups["name"].Value).Where(_storeys.Contains).Distinct();

    // Not what the compiler adds, and not what is nested in another type.
    private static bool IsWritten(Type type) => !type.Name.StartsWith('<') && type.DeclaringType is null;

    [GeneratedRegex(@"Http\.CircuitBreaker\.(?<name>\w+)")]
    private static partial Regex Storey();

    [GeneratedRegex(@"[\\/](bin|obj)[\\/]")]
    private static partial Regex GeneratedFolder();
}
