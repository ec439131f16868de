namespace Http.CircuitBreaker.Benchmarks.Outages.Reports;

/// <summary>What a reader has to know to believe the figures, or to doubt them.</summary>
internal static class ReportText
{
    public static IReadOnlyList<string> HowToRead { get; } = """
        ## How it is measured

        A simulation in virtual time, one event after the other, through the real handlers. A hundred calls a second arrive at random, whatever
        happened to those before them; four processes, each with an `HttpClient` and a breaker of its own, take them in turn. The host works on
        20 calls at once, each for 30 ms and a random time of 20 ms on average; the others queue. Each call has the same luck with every
        breaker. A script has a minute of good health, the outage, and about two minutes in which to recover. It is run five times, each time
        with other luck and an outage 6.6 s longer (flapping 0.3 s, deploy 0.1 s), as it matters where a break happens to end; figures are means,
        charts show the first run.
        The hours of good health are run once.

        `HttpClient.Timeout` takes no time provider, so the simulation cancels the caller's token at that time instead, 100 s if a script
        does not say otherwise, and tells ours that timeout (`ClientTimeout`), which the factory would do. The jitter of our breaks is on, with
        repeatable random numbers.

        - **defaults**: both as they come. Ours opens at half of 10 calls in 30 s, or at 10 failures in a row that lasted 3 s, and breaks for 1 s;
          the peer at a tenth of 100 calls in 30 s, and breaks for 5 s.
        - **tuned**: both open at half of 10 calls in 10 s, break for 1 s, and give up on a call after 2 s: ours with `CallTimeout` and
          `SlowCallDuration`, the peer, which has no notion of slow calls, with a timeout strategy inside its breaker. The rest as it comes.
          With breaks of 5 s, its default, the peer does worse in most scripts and better where a probe costs more than a refusal.

        ## What the figures mean

        - **score** = seconds wasted + 1 for each good call refused + 0.1 for each call sent into the outage. Lower is better.
        - **wasted**: seconds that callers waited for nothing. A call that failed or was rejected: all of its time. A call that was served:
          what it took beyond its time on the healthy host without a queue.
        - **refused**, a good call: rejected, though the host would have served it well at that moment, had the fleet left it alone: by its script
          it was neither down, hanging, slow, limiting nor breaking bodies, and the call's own luck was good. While it is weak after its
          recovery, only as many as it could have carried. That a breaker felled it again by sending too much is no excuse: those refused
          while it was down, or weak again, for that reason are shown apart (**in relapse**). Without them a breaker that never lets the
          host come back would score best; subtract them to see.
        - **sent** into the outage: calls that reached the host while it was out of order, those included that it served all the same.
        - **open**: from the beginning of the outage until the last process has opened. **openings**: of all processes together.
        - **back**: from the end of the (last) outage until, second by second and for good, nine of ten calls are served in under a
          second; "never" = not by the end of the script in at least one run.
        - **peak** in flight: the most callers that waited at the same time.
        """.Split('\n');

    public static IReadOnlyList<string> WhereNotAhead { get; } = """
        ## Where ours is not ahead, and why

        - **deploy**, **brown_out_30 tuned**: neither opens, and by this score nothing is better. Two seconds of refused connections cost 22; one
          break of a second too many costs 50.
        - **slow** at the defaults: neither judges latency. A default for `SlowCallDuration` would win the row and open circuits of healthy hosts
          whose work takes long; promise 2 of this library is that this never happens.
        - **healthy**: neither opens, as it should be. Where the peer's score is the higher one, it has opened.
        - **brown_out_60 tuned**, by half a percent: where two calls of five succeed, being open costs more than it spares, and ours is open a
          little longer. It opens 0.3 s earlier, and the jitter lengthens each break by 5 % on average, so that a fleet does not probe in step.
        """.Split('\n');

    public static IReadOnlyList<string> NotModelled { get; } = """
        ## What it does not model

        - Callers try once. Retries would multiply the calls of an outage, and the refusals.
        - The host refuses, hangs or errs as a whole; no part of it, and no other way to it, stays well. Except after a restart, load does not
          make it worse, so a breaker gets no credit for sparing a host that struggles, only the 0.1 for each call.
        - A failed call costs its caller the wait alone, a good call refused costs a whole second. Failing fast therefore looks cheap: where
          calls fail at once (hard_down, deploy, low_traffic) or a good part of them succeeds (brown_out), no breaker at all is hard to beat.
        - Nothing is charged for threads, memory and connections that waiting callers hold; see "peak".
        - Connections: no pool, no handshake, no limits. The processor time of a breaker, an exception or a response.
        - Calls that hang stay lost when the host is well again. A call that the host has begun is worked on to its end, even if its caller
          left; one in the queue is not.
        - Four processes that see the same host at the same time, one client each, one endpoint, one kind of call, evenly spread.
        - The weights of the score are a convention. Change them, and rows may change sides.
        """.Split('\n');
}
