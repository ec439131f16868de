namespace Http.CircuitBreaker.Faults.Harmless;

/// <summary>Assertions on the outcome of a call that do not depend on a test framework, so that benchmarks can use them.</summary>
internal static class Expect
{
    public static void That(bool condition, string message)
    {
        if (!condition)
        {
            throw new InvalidOperationException(message);
        }
    }

    public static async Task ThrowsAsync<TException>(Func<Task> call)
        where TException : Exception
    {
        try
        {
            await call();
        }
        catch (TException)
        {
            return;
        }

        throw new InvalidOperationException($"The call ended without a {typeof(TException).Name}.");
    }
}
