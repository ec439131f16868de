namespace Http.CircuitBreaker.Tests.Models;

internal enum HistoryVerb
{
    Start,
    End,
    Isolate,
    Reset,
    Reload,
}
