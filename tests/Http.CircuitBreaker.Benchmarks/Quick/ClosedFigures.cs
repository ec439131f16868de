using System.Net;
using Http.CircuitBreaker.Benchmarks.Support;

namespace Http.CircuitBreaker.Benchmarks.Quick;

/// <summary>The cost of a call to a healthy host: time and memory if it completes synchronously, memory if it does not.</summary>
internal static class ClosedFigures
{
    public static void Measure(QuickReport report)
    {
        using var floor = Subjects.Floor();
        using var ours = Subjects.Ours();
        using var peer = Subjects.Peer();
        MeasureSynchronous(report, floor, ours, peer);
        MeasureAsynchronous(report, floor, ours, peer);
        MeasureBodies(report, floor, ours);
        MeasureUploads(report, floor, ours);
    }

    private static void MeasureSynchronous(QuickReport report, Subject floor, Subject ours, Subject peer)
    {
        var answer = Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
        Array.ForEach([floor, ours, peer], subject => subject.Host.Answer = () => answer);
        var times = Measurement.Medians(2_000, CallLoop.Create(floor), CallLoop.Create(ours), CallLoop.Create(peer));
        report.Add("closed_sync_vs_floor", times[1] / times[0]);
        report.Add("closed_sync_vs_peer", times[1] / times[2]);
        report.Add("closed_sync_bytes", Measurement.Bytes(100_000, CallLoop.Create(ours)));
        report.Add("peer_closed_sync_bytes", Measurement.Bytes(100_000, CallLoop.Create(peer)));
        QuickReport.WriteComment($"time per call: floor {times[0]:0} ns, ours {times[1]:0} ns, peer {times[2]:0} ns");
    }

    // The host responds on the same thread, after the handlers have returned their task.
    private static void MeasureAsynchronous(QuickReport report, Subject floor, Subject ours, Subject peer)
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK);
        Action<int> Calls(Subject subject)
        {
            TaskCompletionSource<HttpResponseMessage>? pending = null;
            subject.Host.Answer = () => (pending = new TaskCompletionSource<HttpResponseMessage>()).Task;
            var request = Requests.ToHost();
            return calls =>
            {
                for (var i = 0; i < calls; i++)
                {
                    var sending = subject.SendAsync(request);
                    pending!.SetResult(response);
                    sending.GetAwaiter().GetResult();
                }
            };
        }

        var (floorCalls, ourCalls, peerCalls) = (Calls(floor), Calls(ours), Calls(peer));
        var times = Measurement.Medians(2_000, ourCalls, peerCalls);
        report.Add("closed_async_vs_peer", times[0] / times[1]);
        report.Add("closed_async_extra_bytes", Measurement.Bytes(50_000, ourCalls) - Measurement.Bytes(50_000, floorCalls));
    }

    private static void MeasureBodies(QuickReport report, Subject floor, Subject ours)
    {
        Array.ForEach([floor, ours], subject => subject.Host.Answer =
            () => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamedContent() }));
        report.Add("body_extra_bytes", Measurement.Bytes(50_000, CallLoop.Create(ours)) - Measurement.Bytes(50_000, CallLoop.Create(floor)));
        report.Add("body_request_extra_bytes", Measurement.Bytes(20_000, Gets(ours)) - Measurement.Bytes(20_000, Gets(floor)));
    }

    private static void MeasureUploads(QuickReport report, Subject floor, Subject ours)
    {
        var answer = Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
        Array.ForEach([floor, ours], subject => subject.Host.Answer = () => answer);
        report.Add("upload_extra_bytes", Measurement.Bytes(50_000, Uploads(ours)) - Measurement.Bytes(50_000, Uploads(floor)));
        report.Add("upload_request_extra_bytes", Measurement.Bytes(20_000, Sends(ours)) - Measurement.Bytes(20_000, Sends(floor)));

        static Action<int> Uploads(Subject subject) => CallLoop.Create(subject, Requests.Upload());

        Action<int> Sends(Subject subject)
        {
            var request = Requests.Upload();
            subject.Host.Answer = () =>
            {
                request.Content!.CopyToAsync(Stream.Null).GetAwaiter().GetResult();
                return answer;
            };
            return CallLoop.Create(subject, request);
        }
    }

    private static Action<int> Gets(Subject subject) => calls =>
    {
        for (var i = 0; i < calls; i++)
        {
            using var response = subject.Client.GetAsync("https://host0.example/v1/charges").GetAwaiter().GetResult();
        }
    };
}
