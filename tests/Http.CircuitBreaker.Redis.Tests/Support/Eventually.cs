namespace Http.CircuitBreaker.Redis.Tests.Support;

/// <summary>Waits for other processes and threads; fails after a timeout that only a hang reaches.</summary>
internal static class Eventually
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(30);

    public static Task TrueAsync(Func<bool> condition, string message) => TrueAsync(() => Task.FromResult(condition()), message);

    public static async Task TrueAsync(Func<Task<bool>> condition, string message)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > _timeout)
            {
                Assert.Fail(message);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }
}
