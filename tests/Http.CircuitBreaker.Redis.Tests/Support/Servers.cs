using System.Text.Json;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Redis.Tests.Support;

/// <summary>Finds the servers on this machine and their command lines.</summary>
internal static class Servers
{
    public const string HowToGetRedis = "There is no redis-server; on Debian: apt-get install redis-server.";

    private const string RedisPath = "/usr/bin/redis-server";
    private static readonly Lazy<string> _garnet = new(FindGarnet);

    public static bool HasRedis => File.Exists(RedisPath);

    public static IEnumerable<ServerKind> Kinds => HasRedis ? [ServerKind.Garnet, ServerKind.Redis] : [ServerKind.Garnet];

    public static (string File, string[] Arguments) Command(ServerKind kind, int port, bool withScripts) => kind == ServerKind.Redis
        ? (RedisPath, ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
        : ("dotnet", [_garnet.Value, "--port", $"{port}", "--bind", "127.0.0.1", "-m", "64m", "-i", "1m", "-q", .. Lua(withScripts)]);

    // Without transaction mode, scripts of two connections run concurrently on one key.
    private static string[] Lua(bool withScripts) => withScripts ? ["--lua", "--lua-transaction-mode"] : [];

    // Start the server itself, because the tool's launcher would be a second process to stop and to signal.
    private static string FindGarnet()
    {
        using var manifest = JsonDocument.Parse(Repository.Read(".config/dotnet-tools.json"));
        var version = manifest.RootElement.GetProperty("tools").GetProperty("garnet-server").GetProperty("version").GetString()!;
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var server = Path.Combine(packages, "garnet-server", version, "tools", "net10.0", "any", "GarnetServer.dll");
        if (!File.Exists(server))
        {
            using var restore = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("dotnet", "tool restore")
            {
                WorkingDirectory = Repository.Root,
            })!;
            Assert.True(restore.WaitForExit(TimeSpan.FromMinutes(3)), "dotnet tool restore takes too long.");
        }

        return File.Exists(server) ? server : throw new InvalidOperationException($"dotnet tool restore did not bring {server}.");
    }
}
