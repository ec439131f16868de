using Http.CircuitBreaker.Benchmarks.Quick;

switch (args)
{
    case ["quick"]:
        await QuickFigures.RunAsync();
        return 0;
    default:
        await Console.Error.WriteLineAsync("""
            Measures the circuit breaker beside its peers. One argument:

              quick    what a call costs: one line for each figure, under a minute
            """);
        return args is ["--help"] ? 0 : 1;
}
