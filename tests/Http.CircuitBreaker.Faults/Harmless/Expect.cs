namespace Http.CircuitBreaker.Faults.Harmless;

/// <summary>What a call has to end as, so that a case is the case that it says it is; for tests and benchmarks alike.</summary>
internal static class Expect
{
    public static void That(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new InvalidOperationException(otherwise);
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
