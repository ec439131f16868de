namespace Payments;

internal enum Payment
{
    Done,
    Failed,

    /// <summary>The circuit is open: the provider was not asked, and the answer took no time.</summary>
    Refused,
}
