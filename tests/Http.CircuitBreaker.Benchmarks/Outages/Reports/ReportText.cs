namespace Http.CircuitBreaker.Benchmarks.Outages.Reports;

/// <summary>The explanations in the report.</summary>
internal static class ReportText
{
    public static IReadOnlyList<string> HowToRead { get; } = """
        ## Method

        The simulation runs the real handlers in virtual time. A hundred calls per second arrive at random times, independent of earlier
        calls. Four processes, each with its own `HttpClient` and breaker, send them in turn. The host processes 20 calls concurrently; each
        takes 30 ms plus a random time of 20 ms on average, and the others queue. The random numbers of a call are the same for every
        breaker. A script has a healthy minute, the outage, and about two minutes to recover. It is run five times with different random
        numbers, and each outage is 6.6 s longer than the one before (flapping 0.3 s, deploy 0.1 s), because the result depends on when a
        break happens to end. The figures are means; the charts show the first run. The healthy hours are run once.

        `HttpClient.Timeout` does not accept a time provider. The simulation cancels the caller's token instead, after 100 s unless the
        script states another timeout, and sets `ClientTimeout` of our breaker to the same value, as the factory would. The jitter of our
        breaks is enabled, with repeatable random numbers.

        - **defaults**: both breakers use their defaults. Ours opens at 50 % of at least 10 calls in 30 s, or after 10 consecutive failures
          over at least 3 s, and its break is 1 s. The peer opens at 10 % of at least 100 calls in 30 s, and its break is 5 s.
        - **tuned**: both open at 50 % of at least 10 calls in 10 s, have a break of 1 s, and time out a call after 2 s: ours with
          `CallTimeout` and `SlowCallDuration`, the peer with a timeout strategy inside its breaker, because it has no slow-call option.
          Other options have their defaults. With breaks of 5 s, its default, the peer scores worse in most scripts, and better where a
          probe costs more than a rejection.

        ## Figures

        - **score** = seconds wasted + 1 per good call rejected + 0.1 per call sent into the outage. Lower is better.
        - **wasted**: seconds that callers waited in vain. For a failed or rejected call this is its whole duration, for a served call the
          time beyond its duration on the healthy host without a queue.
        - **rejected**: good calls rejected. A call is good if the host would have served it well at that moment: the script has the host
          neither down, hanging, slow, limiting nor breaking bodies, and the call's own random number is a success. While the host is weak
          after its recovery, only as many calls as it can handle are good. Calls that are rejected while the host is down or weak again
          because the breaker sent too many calls are good calls too; otherwise a breaker that never lets the host recover would score best.
          The column **overload** shows them separately, so that they can be subtracted.
        - **sent**: calls that reached the host during the outage, including those that it served.
        - **open**: time from the start of the outage until the last process has opened. **openings**: total of all processes.
        - **back**: time from the end of the (last) outage until at least 90 % of the calls of every later second are served within a
          second; "never" means not by the end of the script in at least one run.
        - **peak**: the maximum number of callers waiting simultaneously.
        """.Split('\n');

    public static IReadOnlyList<string> WhereNotAhead { get; } = """
        ## Where ours is not ahead, and why

        - **deploy**, **brown_out_30 tuned**: neither breaker opens, and no other behaviour has a better score. Two seconds of refused
          connections cost 22; a break that is one second too long costs 50.
        - **slow**, defaults: neither breaker evaluates latency by default. A default for `SlowCallDuration` would win this script and open
          circuits of healthy hosts with long-running calls, which this library must never do.
        - **healthy**: neither breaker opens, as intended. Where the peer has the higher score, it has opened.
        - **brown_out_60 tuned**, by half a percent: 40 % of the calls succeed, so an open circuit costs more than it saves, and ours is
          open slightly longer. It opens 0.3 s earlier, and the jitter extends each break by 5 % on average, so that processes do not probe
          in step.
        """.Split('\n');

    public static IReadOnlyList<string> NotModelled { get; } = """
        ## Not modelled

        - Retries. They would multiply the calls during an outage, and the rejections.
        - Partial failures. The host refuses, hangs or fails as a whole, and there is no alternative host. Except after a restart, load does
          not make the host worse, so a breaker gets no credit for reducing load, only 0.1 per call.
        - The cost of a failure beyond the wait. A failed call costs only the wait, a good call rejected costs a whole second. Where calls
          fail immediately (hard_down, deploy, low_traffic) or many of them succeed (brown_out), no breaker at all is therefore hard to
          beat.
        - Threads, memory and connections held by waiting callers; see "peak".
        - Connection pools, handshakes and limits, and the CPU time of a breaker, an exception or a response.
        - Late responses. Calls that hang stay lost when the host has recovered. A call that the host is processing is completed even if its
          caller has cancelled it; a queued call is not.
        - Other topologies. Four processes see the same host at the same time, with one client each, one endpoint, one kind of call, and
          evenly distributed calls.
        - Other weights. The weights of the score are a convention; with different weights some results would be reversed.
        """.Split('\n');
}
