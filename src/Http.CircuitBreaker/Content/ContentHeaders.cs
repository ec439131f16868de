using System.Net.Http.Headers;
using System.Runtime.CompilerServices;

namespace Http.CircuitBreaker.Content;

/// <summary>Gives a wrapper the headers and the length of the content that it wraps.</summary>
internal static class ContentHeaders
{
    /// <summary>
    /// Makes the wrapper use the headers object of the wrapped content, so that header changes by inner handlers remain when the wrapper is
    /// removed.
    /// </summary>
    /// <remarks>
    /// The headers object is shared by setting the private field <c>_headers</c> of HttpContent. If the .NET version in use has no such
    /// field, the headers are copied instead, which costs 200 bytes and loses later changes.
    /// </remarks>
    public static void Share(HttpContent source, HttpContent target)
    {
        try
        {
            Field(target) = source.Headers;
        }
        catch (MissingFieldException)
        {
            Copy(source, target);
        }
    }

    public static void Copy(HttpContent source, HttpContent target)
    {
        foreach (var (name, values) in source.Headers.NonValidated)
        {
            _ = values.Count == 1
                ? target.Headers.TryAddWithoutValidation(name, values.ToString())
                : target.Headers.TryAddWithoutValidation(name, values);
        }
    }

    public static bool TryGetLength(HttpContent content, out long length)
    {
        var known = content.Headers.ContentLength;
        length = known.GetValueOrDefault();
        return known.HasValue;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_headers")]
    private static extern ref HttpContentHeaders? Field(HttpContent content);
}
