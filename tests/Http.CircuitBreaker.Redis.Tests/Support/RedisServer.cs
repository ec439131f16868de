using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;

namespace Http.CircuitBreaker.Redis.Tests.Support;

/// <summary>A server process without data on a free loopback port.</summary>
internal sealed class RedisServer : IDisposable
{
    // Servers take up to seconds to start, so tests that do not stop or configure their server share one of each kind.
    private static readonly Dictionary<ServerKind, RedisServer> _shared = [];

    private readonly ServerKind _kind;
    private readonly bool _withScripts;
    private Process? _process;

    private RedisServer(ServerKind kind, bool withScripts) => (_kind, _withScripts, Port) = (kind, withScripts, FreePort());

    public int Port { get; }

    public string Address => $"127.0.0.1:{Port}";

    /// <summary>A server with a port that has not been started.</summary>
    public static RedisServer Absent(ServerKind kind) => new(kind, withScripts: true);

    public static async Task<RedisServer> StartAsync(ServerKind kind, bool withScripts = true)
    {
        var server = new RedisServer(kind, withScripts);
        await server.StartAsync();
        return server;
    }

    /// <summary>Returns the shared server without the data of earlier tests. The tests run one after another.</summary>
    public static async Task<RedisServer> ShareAsync(ServerKind kind)
    {
        if (!_shared.TryGetValue(kind, out var server))
        {
            server = await StartAsync(kind);
            _shared.Add(kind, server);
        }

        await server.ExecuteAsync("FLUSHALL");
        return server;
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async Task StartAsync()
    {
        var (file, arguments) = Servers.Command(_kind, Port, _withScripts);
        _process = Process.Start(new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = Path.GetTempPath(),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        AppDomain.CurrentDomain.ProcessExit += KillAtExit;
        await Eventually.TrueAsync(CanConnectAsync, $"{_kind} does not listen on {Port}");
    }

    /// <summary>Suspends the process; its connections stay open.</summary>
    public void Freeze() => Signal("STOP");

    public void Thaw() => Signal("CONT");

    public void Kill()
    {
        AppDomain.CurrentDomain.ProcessExit -= KillAtExit;
        if (_process is { HasExited: false })
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit(TimeSpan.FromSeconds(10));
        }
    }

    /// <summary>Runs a command on a connection of its own.</summary>
    public async Task<RedisResult> ExecuteAsync(string command, params object[] arguments)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync($"{Address},asyncTimeout=30000,allowAdmin=true");
        return await redis.GetDatabase().ExecuteAsync(command, arguments);
    }

    public void Dispose()
    {
        Kill();
        _process?.Dispose();
    }

    // Stops the server if a test fails before it disposes the server.
    private void KillAtExit(object? sender, EventArgs e) => Kill();

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process!.Id}"]);
        Assert.True(kill.WaitForExit(TimeSpan.FromSeconds(10)));
        Assert.Equal(0, kill.ExitCode);
    }

    private async Task<bool> CanConnectAsync()
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
