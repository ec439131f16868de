// Checks the packed files in the folder given as the argument. Prints each error; the exit code is the number of errors.
#:property TargetFramework=net10.0
#:property PublishAot=false

using System.IO.Compression;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using System.Xml.Linq;

string[] names = ["Http.CircuitBreaker", "Http.CircuitBreaker.AspNetCore", "Http.CircuitBreaker.Redis"];
var errors = new List<string>();
foreach (var name in names)
{
    Check(name);
}

errors.ForEach(Console.WriteLine);
Console.WriteLine($"{names.Length} packages checked, {errors.Count} errors");
return errors.Count;

void Check(string name)
{
    var path = Directory.GetFiles(args[0], $"{name}.?.*.nupkg").SingleOrDefault();
    if (path is null)
    {
        errors.Add($"{name}: there is no package");
        return;
    }

    using var package = ZipFile.OpenRead(path);
    var files = package.Entries.Select(entry => entry.FullName).ToHashSet();
    var metadata = XDocument.Parse(Read(package, $"{name}.nuspec")).Root!.Elements().Single();
    string Value(string element) => metadata.Elements().FirstOrDefault(item => item.Name.LocalName == element)?.Value ?? "";

    foreach (var file in (string[])
        [
            "README.md", "icon.png", $"lib/net10.0/{name}.dll", $"lib/net10.0/{name}.xml",
            "ConfigurationSchema.json", $"buildTransitive/{name}.targets",
        ])
    {
        Require(files.Contains(file), $"contains no {file}");
    }

    foreach (var element in (string[])["title", "description", "tags", "projectUrl", "releaseNotes", "icon", "readme", "license", "copyright"])
    {
        Require(Value(element).Length > 0, $"has no {element}");
    }

    var repository = metadata.Elements().FirstOrDefault(item => item.Name.LocalName == "repository");
    Require(repository?.Attribute("commit")?.Value.Length == 40, "does not name its commit");
    Require(File.Exists(Path.ChangeExtension(path, ".snupkg")), "has no symbol package");

    var allowed = name == "Http.CircuitBreaker" ? "Microsoft.Extensions." : "";
    foreach (var dependency in metadata.Descendants().Where(item => item.Name.LocalName == "dependency"))
    {
        var (id, version) = (dependency.Attribute("id")!.Value, dependency.Attribute("version")!.Value);
        Require(id.StartsWith(allowed, StringComparison.Ordinal), $"depends on {id}");
        Require(!id.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal) || version == "10.0.0", $"depends on {id} {version}, not 10.0.0");
    }

    var readme = Read(package, "README.md");
    Require(!readme.Contains("mermaid", StringComparison.Ordinal), "has a README with a mermaid diagram");
    foreach (Match link in Regex.Matches(readme, @"\]\((?<target>[^)]+)\)"))
    {
        Require(link.Groups["target"].Value.StartsWith("https://", StringComparison.Ordinal), $"has a README with the relative link {link.Value}");
    }

    var types = PublicTypes(package, $"lib/net10.0/{name}.dll");
    var documented = XDocument.Parse(Read(package, $"lib/net10.0/{name}.xml")).Descendants("member")
        .Select(member => Regex.Replace(member.Attribute("name")!.Value[2..], "[(`].*", ""))
        .ToHashSet();
    foreach (var type in types)
    {
        Require(documented.Contains(type), $"does not document {type}");
    }

    foreach (var member in documented)
    {
        Require(types.Contains(member) || types.Contains(member[..member.LastIndexOf('.')]), $"documents {member}, which is not public");
    }

    void Require(bool condition, string error)
    {
        if (!condition)
        {
            errors.Add($"{name} {error}");
        }
    }
}

static HashSet<string> PublicTypes(ZipArchive package, string file)
{
    using var content = new MemoryStream();
    using (var entry = package.GetEntry(file)!.Open())
    {
        entry.CopyTo(content);
    }

    content.Position = 0;
    using var assembly = new PEReader(content);
    var metadata = assembly.GetMetadataReader();
    return [.. from handle in metadata.TypeDefinitions
               let type = metadata.GetTypeDefinition(handle)
               where (type.Attributes & TypeAttributes.VisibilityMask) == TypeAttributes.Public
               select $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}"];
}

static string Read(ZipArchive package, string file)
{
    using var reader = new StreamReader(package.GetEntry(file)?.Open() ?? Stream.Null);
    return reader.ReadToEnd();
}
