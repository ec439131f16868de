using System.Net;

namespace Http.CircuitBreaker.Content;

/// <summary>Wraps request content that the transport may still send after the response headers have arrived.</summary>
internal sealed class UploadContent(Upload upload) : HttpContent
{
    protected override bool TryComputeLength(out long length) => upload.TryComputeLength(out length);

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        upload.Send(stream, context, cancellationToken);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        upload.SendAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        upload.SendAsync(stream, context, cancellationToken);

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => upload.Open(cancellationToken);

    protected override Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
        upload.OpenAsync(cancellationToken);

    protected override void Dispose(bool disposing)
    {
        upload.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>Wraps request content that the transport must send completely before it returns the response.</summary>
/// <remarks>
/// An internal property of .NET's own content types makes the transport do this, so this class derives from one of them. The base class is
/// <see cref="ByteArrayContent"/>, with an empty array, because hedging handlers refuse <see cref="StreamContent"/>.
/// </remarks>
internal sealed class HalfDuplexUploadContent(Upload upload) : ByteArrayContent([])
{
    protected override bool TryComputeLength(out long length) => upload.TryComputeLength(out length);

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        upload.Send(stream, context, cancellationToken);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        upload.SendAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        upload.SendAsync(stream, context, cancellationToken);

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => upload.Open(cancellationToken);

    protected override Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
        upload.OpenAsync(cancellationToken);

    protected override void Dispose(bool disposing)
    {
        upload.Dispose();
        base.Dispose(disposing);
    }
}
