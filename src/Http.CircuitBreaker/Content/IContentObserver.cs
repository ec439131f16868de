namespace Http.CircuitBreaker.Content;

/// <summary>Is notified while content is read or copied.</summary>
internal interface IContentObserver
{
    /// <summary>Whether the content, rather than its reader, is disposing the stream.</summary>
    bool IsDisposing { get; }

    /// <summary>Records that reading with a token starts to wait for the source of the content.</summary>
    void AwaitByte(CancellationToken readToken);

    void AwaitByte();

    void EndWait();

    /// <summary>Records that the content was read to the end or abandoned, or copied to the destination.</summary>
    void End(DestinationStream? destination = null);

    void Fail(Exception exception, CancellationToken readToken, DestinationStream? destination = null);
}
