using System.Globalization;
using System.Net;
using Http.CircuitBreaker.Benchmarks.Support;

namespace Http.CircuitBreaker.Benchmarks.Quick;

/// <summary>What a call costs, as ratios to what else is measured in the same run.</summary>
internal static class QuickFigures
{
    private const string Host = "https://payments.example/v1/charges";

    public static async Task RunAsync()
    {
        using var floor = Subjects.Floor();
        using var ours = Subjects.Ours();
        using var peer = Subjects.Peer();
        Closed(floor, ours, peer);
        ClosedAsync(floor, ours);
        Bodies(floor, ours);
        await OpenAsync();
    }

    private static void Closed(Subject floor, Subject ours, Subject peer)
    {
        var answer = Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
        Array.ForEach([floor, ours, peer], subject => subject.Host.Answer = () => answer);
        var times = Stopwatches.Medians(100_000, Calls(floor), Calls(ours), Calls(peer));
        Print("closed_sync_vs_floor", times[1] / times[0]);
        Print("closed_sync_vs_peer", times[1] / times[2]);
        Print("closed_sync_bytes", Stopwatches.Bytes(100_000, Calls(ours)));
        Console.WriteLine($"# floor {times[0]:0} ns, ours {times[1]:0} ns, peer {times[2]:0} ns a call");
    }

    // The host answers after the handlers have returned their task, on the same thread.
    private static void ClosedAsync(Subject floor, Subject ours)
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK);
        double Bytes(Subject subject)
        {
            TaskCompletionSource<HttpResponseMessage>? pending = null;
            subject.Host.Answer = () => (pending = new TaskCompletionSource<HttpResponseMessage>()).Task;
            using var request = new HttpRequestMessage(HttpMethod.Get, Host);
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

        Print("closed_async_extra_bytes", Bytes(ours) - Bytes(floor));
    }

    private static void Bodies(Subject floor, Subject ours)
    {
        Array.ForEach([floor, ours], subject => subject.Host.Answer =
            () => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamedContent() }));
        Print("body_extra_bytes", Stopwatches.Bytes(50_000, Calls(ours)) - Stopwatches.Bytes(50_000, Calls(floor)));
        Print("body_request_extra_bytes", Stopwatches.Bytes(20_000, Requests(ours)) - Stopwatches.Bytes(20_000, Requests(floor)));
    }

    // Fresh subjects: the others have a window full of successes.
    private static async Task OpenAsync()
    {
        using var ours = Subjects.Ours();
        using var peer = Subjects.Peer();
        Array.ForEach([ours, peer], subject => subject.Host.Answer =
            () => Task.FromResult(new HttpResponseMessage(HttpStatusCode.InternalServerError)));
        for (var i = 0; i < 200; i++)
        {
            await CallAsync(ours);
            await CallAsync(peer);
        }

        var times = Stopwatches.Medians(20_000, Calls(ours), Calls(peer));
        Print("open_vs_peer", times[0] / times[1]);
        Print("open_bytes", Stopwatches.Bytes(20_000, Calls(ours)));
        Console.WriteLine($"# rejection: ours {times[0]:0} ns, peer {times[1]:0} ns");
    }

    private static Action<int> Calls(Subject subject)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, Host);
        return calls =>
        {
            for (var i = 0; i < calls; i++)
            {
                try
                {
                    subject.SendAsync(request).GetAwaiter().GetResult();
                }
                catch (Polly.CircuitBreaker.BrokenCircuitException)
                {
                    // How the peer rejects.
                }
            }
        };
    }

    private static Action<int> Requests(Subject subject) => calls =>
    {
        for (var i = 0; i < calls; i++)
        {
            using var response = subject.Client.GetAsync(Host).GetAwaiter().GetResult();
        }
    };

    private static async Task CallAsync(Subject subject)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Host);
            using var response = await subject.SendAsync(request);
        }
        catch (Polly.CircuitBreaker.BrokenCircuitException)
        {
            // Open: that is what is wanted.
        }
    }

    private static void Print(string name, double figure) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {figure:0.###}"));
}
