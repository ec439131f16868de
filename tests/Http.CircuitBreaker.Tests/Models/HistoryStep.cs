using Http.CircuitBreaker.Circuits;

namespace Http.CircuitBreaker.Tests.Models;

/// <summary>One operation on a circuit with its result.</summary>
internal sealed record HistoryStep(HistoryVerb Verb, long Now)
{
    /// <summary>Sequence numbers taken before and after the operation.</summary>
    public (long From, long To) Stamps { get; init; }

    /// <summary>The call that starts or ends.</summary>
    public int Call { get; init; }

    public CircuitOutcome Outcome { get; init; }

    /// <summary>The epoch of an admitted call and whether it is a probe, or null if the call was rejected.</summary>
    public (int Epoch, bool IsProbe)? Admitted { get; init; }

    public long? Duration { get; init; }

    public CircuitSettings? Settings { get; init; }

    public override string ToString() => $"{Stamps.From,4}-{Stamps.To,-4} at {Now,6}: " + Verb switch
    {
        HistoryVerb.Start => $"call {Call} starts: {(Admitted is { } answer ? $"admitted in epoch {answer.Epoch}{(answer.IsProbe ? " as a probe" : "")}" : "rejected")}",
        HistoryVerb.End => $"call {Call} ends: {Outcome}",
        HistoryVerb.Isolate => $"isolate for {Duration}",
        HistoryVerb.Reload => $"reload: {Settings}",
        _ => "reset",
    };
}
