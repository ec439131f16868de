using System.Net;

namespace Http.CircuitBreaker.Tests.Content;

/// <summary>Content over a <see cref="ScriptedStream"/>. Like that of a connection it can be read once and has no length.</summary>
internal sealed class ScriptedContent : HttpContent
{
    public ScriptedContent(params object[] script)
        : this(new ScriptedStream(script))
    {
    }

    public ScriptedContent(ScriptedStream stream) => Stream = stream;

    public ScriptedStream Stream { get; }

    public int Disposals { get; private set; }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        Stream.CopyToAsync(stream, cancellationToken);

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        Stream.CopyTo(stream);

    protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult<Stream>(Stream);

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => Stream;

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Disposals++;
        }

        base.Dispose(disposing);
    }
}
