namespace Http.CircuitBreaker.Benchmarks.Outages.Reports;

/// <summary>The explanations in the report.</summary>
internal static class ReportText
{
    public static IReadOnlyList<string> Method { get; } = """
        ## Method

        The simulation runs the real handlers in virtual time. Unless a script states otherwise, a hundred calls per second arrive at
        random times, independent of earlier calls, and four processes, each with its own `HttpClient` and breaker, send them in turn. The
        host processes 20 calls concurrently; each takes 30 ms plus a random time of 20 ms on average, and the others queue. The random
        numbers of a call are the same for every breaker. A script has a healthy minute, the outage, and about two minutes to recover. It
        is run five times with different random numbers, and each outage is longer than the one before, because the result depends on when
        a break happens to end. The figures are means; the charts show the first run.

        `HttpClient.Timeout` does not accept a time provider. The simulation cancels the caller's token instead, after 100 s unless the
        script states another timeout, and sets the same timeout as an option of the breakers, as the factory would. The jitter of our
        breaks is enabled, with repeatable random numbers.

        Ours and the peer are the real libraries. The other contenders are written from their public documentation. They see the whole
        call including its body and the client's timeout, as where they wrap a complete function of their user.

        - **Equal thresholds**: ours and the peer open at 50 % of at least 10 calls in 10 s, have a break of 1 s, and time out a call after
          2 s: ours with `CallTimeout` and `SlowCallDuration`, the peer with a timeout strategy inside its breaker, because it has no
          slow-call option.
        - **Retries**: those of the standard resilience handler, outside the breaker: three, exponential from 2 s with jitter, or after
          `Retry-After`. The client's timeout covers all attempts. Two runs. Our rejections are 503 responses with `Retry-After`, which are
          retried; the rejections of the others are exceptions of their own, which are not. `AddCircuitBreaker` puts our breaker in front
          of the retries instead, unless it is configured otherwise; this is **ours_in_front**.
        """.Split('\n');

    public static IReadOnlyList<string> Figures { get; } = """
        ## Figures

        - **score** = seconds wasted + 1 per lost call + 0.1 per attempt sent into the outage. Lower is better.
        - **lost**: calls that the host could have served and did not serve, however they were lost: rejected by the breaker, or failed
          because the callers together overloaded the host. Per second this is the number of good calls that were not served, but at most
          what the capacity of the host left. A call is good if the script lets it succeed, when it arrives and when it ends: no fault
          affects it, and its own random number is a success. Where one of four replicas is down, every call is good, because another
          replica could serve it. The capacity is unlimited, except while the host is overloaded or weak after its recovery.
        - **rejected**: the part of the lost calls that the breaker rejected.
        - **wasted**: seconds that callers waited in vain. For a failed or rejected call this is its whole duration, for a served call the
          time beyond its duration on the healthy host without a queue.
        - **sent**: attempts that reached the host during the outage, including those that it served.
        - **attempts**: attempts that reached the host per call, over the whole script.
        - **open**: time from the start of the outage until the last process has opened. **openings**: total of all processes.
        - **back**: time from the end of the (last) outage until at least 90 % of the calls of every later second are served within a
          second; "never" means not by the end of the script in at least one run.
        - **peak**: the maximum number of callers waiting simultaneously.
        """.Split('\n');

    public static IReadOnlyList<string> HowToJudge { get; } = """

        ## Where no breaker is the best

        A call that fails because of the outage itself costs its caller only the wait, because no breaker could have saved it, and a good
        call that is rejected costs a whole second. Where calls fail immediately and many of them succeed (brown_out, flapping), or where
        the outage is shorter than any break (deploy), the best breaker is therefore one that stays closed.
        """.Split('\n');

    public static IReadOnlyList<string> NotModelled { get; } = """
        ## Not modelled

        - Threads, memory and connections held by waiting callers; see "peak".
        - Connection pools, handshakes and limits, and the CPU time of a breaker, an exception or a response.
        - Late responses. Calls that hang stay lost when the host has recovered. A call that the host is processing is completed even if its
          caller has canceled it; a queued call is not, except in "overload".
        - Other topologies. The processes see the same host at the same time, with one client each, one kind of call, and evenly distributed
          calls. Only Envoy chooses between the replicas of the host.
        - Other weights. The weights of the score are a convention; with different weights some results would be reversed.
        """.Split('\n');

    public static string TitleOf(string suffix) => suffix switch
    {
        "_tuned" => "with equal thresholds",
        "_learned" => "with a learned limit for slow calls (`UnresponsiveDetection: SilenceAndSlowness`)",
        "_retries" => "with retries, at the defaults",
        _ => "at the defaults",
    };
}
