using Http.CircuitBreaker.Benchmarks.Outages.Host;

namespace Http.CircuitBreaker.Benchmarks.Outages.Contenders;

/// <summary>
/// Envoy's outlier detection by consecutive 5xx (5, base ejection time 30 s, at most 300 s, sweeps every 10 s, at most 10 % of the replicas
/// but at least one) with its slow start (aggression 1, minimum weight 10 %) over a window of 30 s.
/// </summary>
/// <remarks>
/// Not implemented: success-rate outliers, which need at least five replicas; the panic threshold of 50 %, which is not reached with one of
/// four replicas ejected.
/// </remarks>
internal sealed class EnvoyPolicy(long number) : ICallPolicy
{
    private const int ConsecutiveErrors = 5;
    private const double MinWeight = 0.1;
    private const double MaxEjectedShare = 0.1;
    private const long DrawsPerProcess = 100_000_000;
    private static readonly TimeSpan _baseEjection = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _maxEjection = TimeSpan.FromSeconds(300);
    private static readonly TimeSpan _sweep = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _slowStart = TimeSpan.FromSeconds(30);

    private readonly Endpoint[] _endpoints = [.. Enumerable.Range(0, Replicas.Count).Select(_ => new Endpoint())];
    private TimeSpan _lastSweep;
    private long _draw = number * DrawsPerProcess;

    public bool IsOpen => Array.Exists(_endpoints, endpoint => endpoint.EjectedUntil is not null);

    public CallPermit? TryAdmit(TimeSpan now)
    {
        Sweep(now);
        var remaining = SeededRandom.Uniform(Draw.Policy, _draw++) * _endpoints.Sum(endpoint => endpoint.WeightAt(now));
        var chosen = 0;
        while (chosen < _endpoints.Length - 1 && (remaining -= _endpoints[chosen].WeightAt(now)) >= 0)
        {
            chosen++;
        }

        return new CallPermit(Replica: chosen);
    }

    public void Record(CallPermit permit, CallEnd end, TimeSpan now)
    {
        var endpoint = _endpoints[permit.Replica!.Value];
        if (end is CallEnd.Success or CallEnd.RateLimited)
        {
            endpoint.Errors = 0;
        }
        else if (end != CallEnd.Canceled && ++endpoint.Errors == ConsecutiveErrors)
        {
            endpoint.Errors = 0;
            Eject(endpoint, now);
        }
    }

    private void Eject(Endpoint endpoint, TimeSpan now)
    {
        var ejected = _endpoints.Count(other => other.EjectedUntil is not null);
        if (endpoint.EjectedUntil is null && (ejected == 0 || ejected + 1 <= MaxEjectedShare * _endpoints.Length))
        {
            endpoint.Ejections++;
            var duration = _baseEjection * endpoint.Ejections;
            endpoint.EjectedUntil = now + (duration < _maxEjection ? duration : _maxEjection);
        }
    }

    // Ejected replicas come back only in a sweep. The multiplier falls with each sweep that finds the replica healthy.
    private void Sweep(TimeSpan now)
    {
        while (now - _lastSweep >= _sweep)
        {
            _lastSweep += _sweep;
            foreach (var endpoint in _endpoints)
            {
                endpoint.Sweep(_lastSweep);
            }
        }
    }

    private sealed class Endpoint
    {
        private TimeSpan _backSince = -_slowStart;

        public int Errors { get; set; }

        public int Ejections { get; set; }

        public TimeSpan? EjectedUntil { get; set; }

        public double WeightAt(TimeSpan now) =>
            EjectedUntil is null ? Math.Clamp(Math.Max((now - _backSince).TotalSeconds, 1) / _slowStart.TotalSeconds, MinWeight, 1) : 0;

        public void Sweep(TimeSpan now)
        {
            if (EjectedUntil is null)
            {
                Ejections = Math.Max(0, Ejections - 1);
            }
            else if (EjectedUntil <= now)
            {
                (EjectedUntil, _backSince) = (null, now);
            }
        }
    }
}
