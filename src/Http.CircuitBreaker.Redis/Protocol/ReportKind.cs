namespace Http.CircuitBreaker.Redis.Protocol;

internal enum ReportKind
{
    Opened,
    Closed,
    Isolated,
    Reset,
}
