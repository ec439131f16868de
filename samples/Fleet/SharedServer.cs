using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Fleet;

/// <summary>The Redis server that the instances share: a process started by the sample, or a server given by the user.</summary>
internal sealed class SharedServer : IDisposable
{
    private const int MaxAttempts = 150;
    private static readonly TimeSpan _retryDelay = TimeSpan.FromMilliseconds(100);

    private readonly string _folder;
    private readonly int _port;
    private Process? _process;

    private SharedServer(string address, string folder, int port) => (Address, _folder, _port) = (address, folder, port);

    public string Address { get; }

    public bool IsOurs => _port != 0;

    public static async Task<SharedServer> OpenAsync(string? given)
    {
        if (given is not null)
        {
            return new SharedServer(given, "", 0);
        }

        var port = FreePort();
        var server = new SharedServer($"127.0.0.1:{port}", FindManifestFolder(), port);
        await server.DotnetAsync("tool restore");
        await server.StartAsync();
        return server;
    }

    public async Task StartAsync()
    {
        _process = Dotnet($"tool run garnet-server -- --port {_port} --bind 127.0.0.1 -m 64m -i 1m -q --lua --lua-transaction-mode");
        for (var attempts = 1; !await ListensAsync(); attempts++)
        {
            if (attempts == MaxAttempts || _process.HasExited)
            {
                throw new InvalidOperationException("garnet-server did not start. Use another Redis server with --redis ADDRESS.");
            }

            await Task.Delay(_retryDelay, TimeProvider.System);
        }
    }

    public void Kill()
    {
        // The process is the tool's launcher; the server is its child process.
        _process?.Kill(entireProcessTree: true);
        _process?.WaitForExit(TimeSpan.FromSeconds(5));
        _process?.Dispose();
        _process = null;
    }

    public void Dispose() => Kill();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string FindManifestFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, ".config", "dotnet-tools.json")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The repository's tool manifest was not found. Use another Redis server with --redis ADDRESS.");
    }

    private async Task DotnetAsync(string arguments)
    {
        using var process = Dotnet(arguments);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"dotnet {arguments} failed. Use another Redis server with --redis ADDRESS.");
        }
    }

    private Process Dotnet(string arguments)
    {
        var process = Process.Start(new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

        // Read and discard the output, so that the process does not block on a full pipe.
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private async Task<bool> ListensAsync()
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, _port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
