using System.Diagnostics;
using System.Globalization;
using Http.CircuitBreaker;

namespace Fleet.Shops;

/// <summary>Starts the process of one shop instance, reads its output and sends it commands.</summary>
internal sealed class ShopProcess : IDisposable
{
    private readonly Process _process;
    private readonly Transcript _transcript;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ShopCalls _calls = new(0, 0, 0, 0);
    private int _halfOpenings;
    private int _state;

    public ShopProcess(string name, Uri provider, string server, Transcript transcript)
    {
        (Name, _transcript) = (name, transcript);
        _process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["shop", name, $"{provider}", server])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        _process.OutputDataReceived += (_, line) => OnLine(line.Data);
        _process.EnableRaisingEvents = true;
        _process.Exited += (_, _) => _ready.TrySetException(new InvalidOperationException($"{name} did not start."));
        _process.BeginOutputReadLine();
    }

    public string Name { get; }

    public string LivePage { get; private set; } = "";

    public Task Ready => _ready.Task.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);

    public CircuitState State => (CircuitState)Volatile.Read(ref _state);

    public ShopCalls Calls => _calls;

    /// <summary>The number of times the circuit became half-open, which is the number of probes.</summary>
    public int HalfOpenings => Volatile.Read(ref _halfOpenings);

    public void Send(string command) => _process.StandardInput.WriteLine(command);

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(5)))
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private void OnLine(string? line)
    {
        switch (line?.Split(' ', 3))
        {
            case ["ready", var page, ..]:
                LivePage = page;
                _ready.TrySetResult();
                break;
            case ["change", var state, var text]:
                Volatile.Write(ref _state, (int)Enum.Parse<CircuitState>(state));
                Interlocked.Add(ref _halfOpenings, state == nameof(CircuitState.HalfOpen) ? 1 : 0);
                _transcript.Write(Name, text);
                break;
            case ["calls", var paid, var rest]:
                var numbers = rest.Split(' ').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray();
                _calls = new ShopCalls(int.Parse(paid, CultureInfo.InvariantCulture), numbers[0], numbers[1], numbers[2]);
                break;
        }
    }
}

/// <summary>The results of the calls of one instance.</summary>
internal sealed record ShopCalls(int Paid, int Failed, int Rejected, int SlowestRejectionMilliseconds);
