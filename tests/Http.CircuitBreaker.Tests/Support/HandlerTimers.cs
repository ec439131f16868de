using Microsoft.Extensions.Time.Testing;

namespace Http.CircuitBreaker.Tests.Support;

/// <summary>A fake clock whose timers can be broken while the test runs.</summary>
internal sealed class HandlerTimers : FakeTimeProvider
{
    public TimerFault Fault { get; set; }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => Fault switch
    {
        TimerFault.CreateThrows => throw new NotSupportedException("no timers"),
        TimerFault.None => base.CreateTimer(callback, state, dueTime, period),
        var fault => new BrokenTimer(fault),
    };

    private sealed class BrokenTimer(TimerFault fault) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
            if (fault == TimerFault.DisposeThrows)
            {
                throw new InvalidOperationException("the timer is broken");
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

/// <summary>How the timers of a clock are broken.</summary>
public enum TimerFault
{
    None,
    CreateThrows,
    DisposeThrows,
    NeverFires,
}
