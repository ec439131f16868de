namespace Http.CircuitBreaker.Benchmarks.Outages.Contenders;

/// <summary>
/// Client-side adaptive throttling as in the Google SRE book, "Handling Overload": rejects a request with the probability
/// (requests - K * accepts) / (requests + 1), with K = 2, over the last two minutes. Requests include rejected ones.
/// </summary>
internal sealed class ThrottlingPolicy(long number) : ICallPolicy
{
    private const double K = 2;
    private const double OpenProbability = 0.5;
    private const int Seconds = 120;
    private const long DrawsPerProcess = 100_000_000;

    private readonly int[] _requests = new int[Seconds];
    private readonly int[] _accepts = new int[Seconds];
    private int _totalRequests;
    private int _totalAccepts;
    private long _second;
    private long _draw = number * DrawsPerProcess;

    public bool IsOpen => RejectionProbability > OpenProbability;

    private double RejectionProbability => (_totalRequests - (K * _totalAccepts)) / (_totalRequests + 1);

    public CallPermit? TryAdmit(TimeSpan now)
    {
        Advance(now);
        var isRejected = SeededRandom.Uniform(Draw.Policy, _draw++) < RejectionProbability;
        _requests[_second % Seconds]++;
        _totalRequests++;
        return isRejected ? null : new CallPermit();
    }

    public void Record(CallPermit permit, CallEnd end, TimeSpan now)
    {
        Advance(now);
        if (end == CallEnd.Success)
        {
            _accepts[_second % Seconds]++;
            _totalAccepts++;
        }
    }

    private void Advance(TimeSpan now)
    {
        var target = (long)now.TotalSeconds;
        for (_second = Math.Max(_second, target - Seconds); _second < target;)
        {
            var oldest = ++_second % Seconds;
            _totalRequests -= _requests[oldest];
            _totalAccepts -= _accepts[oldest];
            (_requests[oldest], _accepts[oldest]) = (0, 0);
        }
    }
}
