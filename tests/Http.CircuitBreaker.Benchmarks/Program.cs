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
        return OutageComparison.Run(rest.ElementAtOrDefault(0) ?? Path.Combine("artifacts", "outages"), rest.ElementAtOrDefault(1) ?? "");
    default:
        await Console.Error.WriteLineAsync("""
            Compares the circuit breaker with its peers. Arguments:

              quick            cost of a call, one line per figure; takes about a minute
              micro [ARGS]     the same in detail with BenchmarkDotNet, compared with an empty handler, Microsoft.Extensions.Http.Resilience
                               and Microsoft.Extensions.Http.Polly; ARGS go to BenchmarkDotNet: --list flat, --filter '*ClosedCircuit*',
                               --filter '*' --job Short; writes the results to artifacts/micro
              faults [FILE]    which faults open which breaker, over real sockets; writes the tables to FILE (default: faults.md)
              outages [FOLDER [SCRIPT]]
                               benefit and cost of each breaker in outages, in virtual time; takes about four minutes; writes a report and
                               charts to FOLDER (default: artifacts/outages); SCRIPT selects scripts by a part of their names; fails if a
                               circuit of this library opens in a harmless script
            """);
        return args is ["--help"] ? 0 : 1;
}
