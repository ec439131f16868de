using System.Text.RegularExpressions;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests;

/// <summary>Layers that use only the layers below them, public types at the root, and types and lines of a readable size.</summary>
public sealed partial class ArchitectureTests
{
    private const string Core = "src/Http.CircuitBreaker";
    private const int MaxTypeLines = 250;
    private const int MaxColumns = 140;

    // From the lowest layer to the highest.
    private static readonly string[] _layers =
        ["Counting", "Circuits", "Rejection", "Classification", "Content", "Configuration", "Registry", "Telemetry", "Pipeline", "DependencyInjection"];

    // The entry points: files at the root that may use every layer.
    private static readonly string[] _entryPoints =
    [
        "CircuitBreakerHandler.cs", "CircuitBreakerHandlerFactory.cs", "CircuitBreakerHttpClientBuilderExtensions.cs",
        "CircuitBreakerMessageExtensions.cs",
    ];

    private static readonly IReadOnlyList<string> _sources = SourceFiles.Below("src", ".cs");

    public static TheoryData<string> Layers => [.. _layers];

    [Theory]
    [MemberData(nameof(Layers))]
    public void Layer_uses_only_the_layers_below_it(string layer)
    {
        var allowed = _layers[..Array.IndexOf(_layers, layer)].Append(layer);
        var files = FilesIn(layer);

        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.All(LayersUsedBy(file), used => Assert.Contains(used, allowed)));
    }

    [Fact]
    public void Every_folder_of_the_core_project_is_a_layer()
    {
        var folders = Directory.GetDirectories(Path.Combine(Repository.Root, Core)).Select(Path.GetFileName).Except(["bin", "docs", "obj"]);

        Assert.Equal(_layers.Order(StringComparer.Ordinal), folders.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Public_types_other_than_entry_points_do_not_use_internal_layers() =>
        Assert.All(FilesIn("").Where(file => !_entryPoints.Contains(Path.GetFileName(file))), file => Assert.Empty(LayersUsedBy(file)));

    [Fact]
    public void Only_types_in_the_root_folder_are_public()
    {
        var types = typeof(CircuitBreakerHandler).Assembly.GetTypes().Where(type => type.Namespace?.StartsWith("Http.CircuitBreaker", StringComparison.Ordinal) == true);

        Assert.All(types.Where(IsTopLevel), type => Assert.Equal(type.Namespace == "Http.CircuitBreaker", type.IsPublic));
    }

    [Fact]
    public void Core_depends_only_on_the_documented_extension_packages()
    {
        string[] promised =
        [
            "Microsoft.Extensions.Configuration.Abstractions", "Microsoft.Extensions.DependencyInjection.Abstractions",
            "Microsoft.Extensions.Diagnostics.Abstractions", "Microsoft.Extensions.Http", "Microsoft.Extensions.Logging.Abstractions",
            "Microsoft.Extensions.Options", "Microsoft.Extensions.Primitives",

            // A dependency of Microsoft.Extensions.Http.
            "Microsoft.Extensions.Configuration",
        ];

        var others = typeof(CircuitBreakerHandler).Assembly.GetReferencedAssemblies()
            .Where(name => !name.Name!.StartsWith("System.", StringComparison.Ordinal))
            .ToList();

        Assert.All(others, name => Assert.Contains(name.Name, promised));
        Assert.All(others, name => Assert.Equal(new Version(10, 0, 0, 0), name.Version));
    }

    [Fact]
    public void Types_have_at_most_250_lines_across_all_partial_declarations() => AssertNone(
        from file in _sources
        from part in SourceFiles.TypesIn(Repository.Read(file))
        group part.Lines by $"{Project(file)}: {part.Name}" into type
        where type.Sum() > MaxTypeLines
        select $"{type.Key} has {type.Sum()} lines; the limit is {MaxTypeLines}");

    [Fact]
    public void Line_count_of_a_type_includes_nested_types_and_each_partial_declaration()
    {
        const string Text =
            """
            namespace A;

            /// <summary>A class } in a comment.</summary>
            internal sealed partial class B<T>(int x) : IDisposable
                where T : class
            {
                private const string Text = "class C {";

                private sealed class Nested
                {
                }
            }

            public readonly record struct D(int X);

            internal partial class B<T>
            {
            }

            """;

        Assert.Equal([("A.B<T>", true, 9), ("A.D", false, 1), ("A.B<T>", true, 3)], SourceFiles.TypesIn(Text));
    }

    [Fact]
    public void Source_lines_have_at_most_140_columns() => AssertNone(
        from file in _sources
        from line in Repository.Read(file).Split('\n').Index()
        where line.Item.TrimEnd('\r').Length > MaxColumns
        select $"{file}:{line.Index + 1} has {line.Item.Length} columns; the limit is {MaxColumns}");

    // One partial declaration is needed where a source generator adds the other.
    [Fact]
    public void Folders_Circuits_and_Registry_and_the_Redis_project_contain_no_partial_types() => AssertNone(
        from file in _sources
        where PartialFree().IsMatch(file)
        let text = Repository.Read(file)
        from type in SourceFiles.TypesIn(text)
        where type.IsPartial && !SourceGenerator().IsMatch(text)
        select $"{file}: {type.Name} is partial");

    [Fact]
    public void Sources_have_no_conditional_code_suppressions_or_open_tasks() =>
        Assert.All(_sources, file => Assert.DoesNotMatch("#if |#pragma|TODO|FIXME", Repository.Read(file)));

    private static void AssertNone(IEnumerable<string> violations)
    {
        var list = violations.ToList();
        Assert.True(list.Count == 0, string.Join(Environment.NewLine, list));
    }

    private static string Project(string file) => file.Split('/')[1];

    private static List<string> FilesIn(string layer) =>
        [.. _sources.Where(file => Path.GetDirectoryName(file)!.Replace('\\', '/') == $"{Core}/{layer}".TrimEnd('/'))];

    private static IEnumerable<string> LayersUsedBy(string file) =>
        Layer().Matches(Repository.Read(file)).Select(use => use.Groups["name"].Value).Where(_layers.Contains).Distinct();

    // Excludes types that the compiler adds and nested types.
    private static bool IsTopLevel(Type type) => !type.Name.StartsWith('<') && type.DeclaringType is null;

    [GeneratedRegex(@"Http\.CircuitBreaker\.(?<name>\w+)")]
    private static partial Regex Layer();

    [GeneratedRegex("^src/(Http.CircuitBreaker/(Circuits|Registry)|Http.CircuitBreaker.Redis)/")]
    private static partial Regex PartialFree();

    [GeneratedRegex(@"\[(LoggerMessage|GeneratedRegex|JsonSerializable)\(")]
    private static partial Regex SourceGenerator();
}
