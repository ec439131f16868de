using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Http.CircuitBreaker.Tests.Support;

/// <summary>A logger provider that needs the client factory, as providers that send logs over HTTP do.</summary>
internal sealed class ConfigurationLoggerProvider(IHttpClientFactory factory) : ILoggerProvider
{
    public IHttpClientFactory Factory => factory;

    public ILogger CreateLogger(string categoryName) => NullLogger.Instance;

    public void Dispose()
    {
    }
}
