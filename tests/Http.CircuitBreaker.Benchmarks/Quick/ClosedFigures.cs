using System.Net;
using Http.CircuitBreaker.Benchmarks.Support;

namespace Http.CircuitBreaker.Benchmarks.Quick;

/// <summary>What a call to a healthy host costs: time while the host answers at once, memory however it answers.</summary>
internal static class ClosedFigures
{
    public static void Measure(FigureBoard board)
    {
        using var floor = Subjects.Floor();
        using var ours = Subjects.Ours();
        using var peer = Subjects.Peer();
        Time(board, floor, ours, peer);
        Asynchronous(board, floor, ours);
        Bodies(board, floor, ours);
    }

    private static void Time(FigureBoard board, Subject floor, Subject ours, Subject peer)
    {
        var answer = Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
        Array.ForEach([floor, ours, peer], subject => subject.Host.Answer = () => answer);
        var times = Stopwatches.Medians(2_000, ManyCalls.Of(floor), ManyCalls.Of(ours), ManyCalls.Of(peer));
        board.Add("closed_sync_vs_floor", times[1] / times[0]);
        board.Add("closed_sync_vs_peer", times[1] / times[2]);
        board.Add("closed_sync_bytes", Stopwatches.Bytes(100_000, ManyCalls.Of(ours)));
        board.Add("peer_closed_sync_bytes", Stopwatches.Bytes(100_000, ManyCalls.Of(peer)));
        FigureBoard.Note($"a call: floor {times[0]:0} ns, ours {times[1]:0} ns, peer {times[2]:0} ns");
    }

    // The host answers after the handlers have returned their task, on the same thread.
    private static void Asynchronous(FigureBoard board, Subject floor, Subject ours)
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK);
        double Bytes(Subject subject)
        {
            TaskCompletionSource<HttpResponseMessage>? pending = null;
            subject.Host.Answer = () => (pending = new TaskCompletionSource<HttpResponseMessage>()).Task;
            using var request = Requests.ToHost();
            return Stopwatches.Bytes(50_000, calls =>
            {
                for (var i = 0; i < calls; i++)
                {
                    var sending = subject.SendAsync(request);
                    pending!.SetResult(response);
                    sending.GetAwaiter().GetResult();
                }
            });
        }

        board.Add("closed_async_extra_bytes", Bytes(ours) - Bytes(floor));
    }

    private static void Bodies(FigureBoard board, Subject floor, Subject ours)
    {
        Array.ForEach([floor, ours], subject => subject.Host.Answer =
            () => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamedContent() }));
        board.Add("body_extra_bytes", Stopwatches.Bytes(50_000, ManyCalls.Of(ours)) - Stopwatches.Bytes(50_000, ManyCalls.Of(floor)));
        board.Add("body_request_extra_bytes", Stopwatches.Bytes(20_000, Gets(ours)) - Stopwatches.Bytes(20_000, Gets(floor)));
    }

    private static Action<int> Gets(Subject subject) => calls =>
    {
        for (var i = 0; i < calls; i++)
        {
            using var response = subject.Client.GetAsync("https://host0.example/v1/charges").GetAwaiter().GetResult();
        }
    };
}
