using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Http.CircuitBreaker.Tests.Support;

/// <summary>Sends its log over HTTP, as providers for log servers do: it needs the client factory to be made itself.</summary>
internal sealed class ConfigurationLoggerProvider(IHttpClientFactory factory) : ILoggerProvider
{
    public IHttpClientFactory Factory => factory;

    public ILogger CreateLogger(string categoryName) => NullLogger.Instance;

    public void Dispose()
    {
    }
}
