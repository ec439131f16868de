namespace Http.CircuitBreaker.Redis.Server;

/// <summary>The Lua that decides for the whole fleet at once, by the server's clock.</summary>
internal static class RedisScripts
{
    public static string Poll { get; } = Read("poll");

    public static string Report { get; } = OnCircuit("report");

    public static string Lease { get; } = OnCircuit("lease");

    public static string Hold { get; } = OnCircuit("hold");

    public static string Settle { get; } = OnCircuit("settle");

    private static string OnCircuit(string name) => Read("common") + Read(name);

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(RedisScripts).Assembly.GetManifestResourceStream($"{name}.lua")!);
        return reader.ReadToEnd();
    }
}
