using System.Diagnostics;
using System.Globalization;
using Http.CircuitBreaker;

namespace Fleet.Shops;

/// <summary>An instance of the shop as the director sees it: what it has said so far, and what it can be told.</summary>
internal sealed class Shop : IDisposable
{
    private readonly Process _process;
    private readonly Story _story;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ShopCalls _calls = new(0, 0, 0, 0);
    private int _probing;
    private int _state;

    public Shop(string name, Uri provider, string server, Story story)
    {
        (Name, _story) = (name, story);
        _process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["shop", name, $"{provider}", server])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.EnableRaisingEvents = true;
        _process.Exited += (_, _) => _ready.TrySetException(new InvalidOperationException($"{name} did not start."));
        _process.BeginOutputReadLine();
    }

    public string Name { get; }

    public string LivePage { get; private set; } = "";

    public Task Ready => _ready.Task.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);

    public CircuitState State => (CircuitState)Volatile.Read(ref _state);

    public ShopCalls Calls => _calls;

    /// <summary>How often it turned half-open: once for each probe that the fleet let it send.</summary>
    public int Probing => Volatile.Read(ref _probing);

    public void Tell(string order) => _process.StandardInput.WriteLine(order);

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(5)))
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private void Hear(string? line)
    {
        switch (line?.Split(' ', 3))
        {
            case ["ready", var page, ..]:
                LivePage = page;
                _ready.TrySetResult();
                break;
            case ["change", var state, var words]:
                Volatile.Write(ref _state, (int)Enum.Parse<CircuitState>(state));
                Interlocked.Add(ref _probing, state == nameof(CircuitState.HalfOpen) ? 1 : 0);
                _story.Tell(Name, words);
                break;
            case ["calls", var paid, var rest]:
                var numbers = rest.Split(' ').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray();
                _calls = new ShopCalls(int.Parse(paid, CultureInfo.InvariantCulture), numbers[0], numbers[1], numbers[2]);
                break;
        }
    }
}

/// <summary>What became of the customers of one instance.</summary>
internal sealed record ShopCalls(int Paid, int Failed, int Refused, int SlowestRefusalMilliseconds);
