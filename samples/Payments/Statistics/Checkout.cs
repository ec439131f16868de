namespace Payments.Score;

/// <summary>A customer's checkout: when it began, how long the customer waited for the answer, and what the answer was.</summary>
internal readonly record struct Visit(TimeSpan Arrived, TimeSpan Waited, Payment Payment)
{
    public TimeSpan Left => Arrived + Waited;
}
