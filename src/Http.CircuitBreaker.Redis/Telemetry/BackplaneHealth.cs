using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Http.CircuitBreaker.Redis.Telemetry;

/// <summary>Whether the server answers, told once for each change.</summary>
internal sealed class BackplaneHealth(ILogger logger)
{
    // Refusals of a server that is there; what a server says that is still loading or has failed over is another kind of being away.
    private static readonly string[] _refusals = ["unknown command", "scripting", "NOPERM", "WRONGPASS", "NOAUTH", "Script", "script", "compile"];

    private int _state;

    /// <summary>False until the first answer.</summary>
    public bool IsWell => Volatile.Read(ref _state) == (int)State.Well;

    public void Succeeded()
    {
        if (Interlocked.Exchange(ref _state, (int)State.Well) is not ((int)State.Well or (int)State.Unknown))
        {
            BackplaneLog.Back(logger);
        }
    }

    public void Failed(Exception exception)
    {
        var state = StateOf(exception);
        var before = Interlocked.Exchange(ref _state, (int)state);
        if (before == (int)state || (before != (int)State.Well && before != (int)State.Unknown && state == State.Away))
        {
            return;
        }

        switch (state)
        {
            case State.Refused:
                BackplaneLog.Refused(logger, Sentence(exception.Message), exception);
                break;
            case State.Misconfigured:
                BackplaneLog.Misconfigured(logger, Sentence(exception.Message), exception);
                break;
            default:
                BackplaneLog.Away(logger, exception);
                break;
        }
    }

    private static State StateOf(Exception exception) => exception switch
    {
        RedisServerException refusal when _refusals.Any(word => refusal.Message.Contains(word, StringComparison.Ordinal)) => State.Refused,
        ArgumentException or InvalidOperationException or FormatException => State.Misconfigured,
        _ => State.Away,
    };

    private static string Sentence(string text) => text.EndsWith('.') ? text : $"{text}.";

    private enum State
    {
        Unknown,
        Well,
        Away,
        Refused,
        Misconfigured,
    }
}
