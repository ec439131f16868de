namespace Payments;

internal enum Health
{
    Healthy,
    Hangs,
    Answers500,
    Slow,
}
