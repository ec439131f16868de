using Microsoft.Extensions.Logging;

namespace Http.CircuitBreaker.Tests.Support;

/// <summary>A logger that throws on warnings, the level of openings.</summary>
internal sealed class RegistryThrowingLoggers : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel == LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        throw new IOException("disk full");

    public void Dispose()
    {
    }
}
