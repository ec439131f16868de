using Http.CircuitBreaker.Benchmarks.Faults;
using Http.CircuitBreaker.Benchmarks.Micro;
using Http.CircuitBreaker.Benchmarks.Outages;
using Http.CircuitBreaker.Benchmarks.Quick;

switch (args)
{
    case ["quick"]:
        await QuickFigures.RunAsync();
        return 0;
    case ["micro", .. var rest]:
        return MicroBenchmarks.Run(rest);
    case ["faults", .. var rest]:
        await FaultComparison.RunAsync(rest.FirstOrDefault() ?? "faults.md");
        return 0;
    case ["outages", .. var rest]:
        await OutageScoreboard.RunAsync(rest.FirstOrDefault() ?? Path.Combine("artifacts", "outages"));
        return 0;
    default:
        await Console.Error.WriteLineAsync("""
            Measures the circuit breaker beside its peers. Arguments:

              quick            what a call costs: one line for each figure, about a minute
              micro [ARGS]     the same in detail, by BenchmarkDotNet, beside an empty handler, Microsoft.Extensions.Http.Resilience and
                               Microsoft.Extensions.Http.Polly; ARGS are its arguments: --list flat, --filter '*ClosedCircuit*', --filter '*'
                               --job Short; results go to artifacts/micro
              faults [FILE]    which faults open which breaker, over real sockets; the tables go to FILE, faults.md by default
              outages [FOLDER] what each breaker spares and costs in outages, in virtual time, one to two minutes; report and charts go to
                               FOLDER, artifacts/outages by default
            """);
        return args is ["--help"] ? 0 : 1;
}
