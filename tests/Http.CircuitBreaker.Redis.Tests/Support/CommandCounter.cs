using System.Diagnostics.Metrics;

namespace Http.CircuitBreaker.Redis.Tests.Support;

/// <summary>Counts the Redis commands of this process with the metric.</summary>
internal sealed class CommandCounter : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, long> _counts = [];
    private readonly Dictionary<string, long> _failures = [];

    public CommandCounter()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "http_circuit_breaker.backplane.commands")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, _) => Add((string)tags[0].Value!, (string?)tags[1].Value, value));
        _listener.Start();
    }

    public long Total
    {
        get
        {
            lock (_counts)
            {
                return _counts.Values.Sum();
            }
        }
    }

    public long Of(string kind)
    {
        lock (_counts)
        {
            return _counts.GetValueOrDefault(kind);
        }
    }

    /// <summary>The number of commands that failed with this error type.</summary>
    public long Failed(string type)
    {
        lock (_counts)
        {
            return _failures.GetValueOrDefault(type);
        }
    }

    public async Task<(long Commands, double Seconds)> CountAsync(TimeSpan duration)
    {
        var (before, start) = (Total, TimeProvider.System.GetTimestamp());
        await Task.Delay(duration, TimeProvider.System);
        return (Total - before, TimeProvider.System.GetElapsedTime(start).TotalSeconds);
    }

    public void Dispose() => _listener.Dispose();

    private void Add(string kind, string? error, long value)
    {
        lock (_counts)
        {
            if (error is not null)
            {
                _failures[error] = _failures.GetValueOrDefault(error) + value;
            }

            _counts[kind] = _counts.GetValueOrDefault(kind) + value;
        }
    }
}
