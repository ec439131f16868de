using Http.CircuitBreaker;

namespace Payments;

/// <summary>Says things in plain words.</summary>
internal static class Words
{
    public static string For(Health health) => health switch
    {
        Health.Hangs => "hangs",
        Health.Answers500 => "answers 500",
        Health.Slow => "slow",
        _ => "healthy",
    };

    public static string For(TimeSpan time) => time.TotalSeconds switch
    {
        < 0.1 and var seconds => $"{seconds:0.000} s",
        < 1 and var seconds => $"{seconds:0.00} s",
        < 100 and var seconds => $"{seconds:0.0} s",
        var seconds => $"{seconds:0} s",
    };

    public static string For(TimeSpan? time) => time is { } known ? For(known) : "-";

    /// <summary>Why the circuit changed its state, and what comes next.</summary>
    public static string Reason(CircuitStateChange change)
    {
        var why = change.Reason switch
        {
            CircuitTransitionReason.OverdueCalls when change.Overdue == change.Failed =>
                $"{change.Failed} of {change.Total} calls still waiting",
            CircuitTransitionReason.OverdueCalls =>
                $"{change.Failed} of {change.Total} calls failed ({change.FailureReason}), {change.Overdue} of them still waiting",
            CircuitTransitionReason.FailureRatio => $"{change.Failed} of {change.Total} calls failed ({change.FailureReason})",
            CircuitTransitionReason.ConsecutiveFailures => $"too many failures in a row ({change.FailureReason})",
            CircuitTransitionReason.BreakElapsed => "the break is over, a few calls try the provider",
            CircuitTransitionReason.ProbesSucceeded => $"{change.Total - change.Failed} of {change.Total} trial calls succeeded",
            CircuitTransitionReason.ProbesFailed => $"{change.Failed} of {change.Total} trial calls failed ({change.FailureReason})",
            CircuitTransitionReason.ProbeTimeout => $"{change.Failed} of {change.Total} trial calls timed out",
            CircuitTransitionReason.Recovered => "all calls are let through again",
            CircuitTransitionReason.RecoveryFailed => $"it failed again when its calls came back step by step ({change.FailureReason})",
            var other => other.ToString(),
        };
        return change.BreakDuration is { } pause ? $"{why}; next try in {For(pause)}" : why;
    }
}
