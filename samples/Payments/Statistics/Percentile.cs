namespace Payments.Score;

internal static class Percentile
{
    extension(IEnumerable<Visit> visits)
    {
        /// <summary>The wait that the given share of the visits did not exceed (nearest rank); null without visits.</summary>
        public TimeSpan? Wait(double share)
        {
            TimeSpan[] waits = [.. visits.Select(visit => visit.Waited).Order()];
            return waits.Length == 0 ? null : waits[Math.Max(0, (int)Math.Ceiling(share * waits.Length) - 1)];
        }
    }
}
