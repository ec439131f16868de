using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Http.CircuitBreaker.EndToEnd.Tests.Operating;

/// <summary>A program from the path that runs until it is disposed.</summary>
internal sealed class LocalServer : IDisposable
{
    private readonly Process _process;

    private LocalServer(Process process) => _process = process;

    /// <summary>Returns why tests that need these programs are skipped; null if all of them are on the path.</summary>
    public static string? Missing(params string[] names)
    {
        var missing = names.Where(name => Find(name) is null).ToList();
        return missing.Count == 0
            ? null
            : $"Not on the path: {string.Join(", ", missing)}. On Debian: apt-get install --no-install-recommends prometheus redis-server";
    }

    public static LocalServer Start(string name, string folder, params string[] arguments)
    {
        var server = new LocalServer(StartProcess(name, folder, arguments));
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        AppDomain.CurrentDomain.ProcessExit += server.OnProcessExit;
        return server;
    }

    /// <summary>Runs a program to its end. Returns its exit code and output.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string name, string folder, params string[] arguments)
    {
        using var process = StartProcess(name, folder, arguments);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return (process.ExitCode, await output + await errors);
    }

    /// <summary>Returns a free port that the system does not assign to other sockets, so that it stays free until a server uses it.</summary>
    public static int FreePort() => Enumerable.Range(0, 100).Select(_ => Random.Shared.Next(12_000, 30_000)).First(IsFree);

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        Kill();
        _process.Dispose();
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static Process StartProcess(string name, string folder, string[] arguments) => Process.Start(
        new ProcessStartInfo(Find(name)!, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;

    private static string? Find(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, name))
        .FirstOrDefault(File.Exists);

    private void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit(TimeSpan.FromSeconds(10));
        }
    }

    // Stops the server if a test fails before it disposes the server.
    private void OnProcessExit(object? sender, EventArgs e) => Kill();
}
