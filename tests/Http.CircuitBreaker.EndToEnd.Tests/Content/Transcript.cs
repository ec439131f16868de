using System.Globalization;

namespace Http.CircuitBreaker.EndToEnd.Tests.Content;

/// <summary>Describes everything that a caller can observe of a response or an exception.</summary>
internal static class Transcript
{
    public static string Create(HttpResponseMessage response)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        text.WriteLine($"{(int)response.StatusCode} {response.ReasonPhrase} {response.Version} {response.RequestMessage?.RequestUri}");
        foreach (var headers in (System.Net.Http.Headers.HttpHeaders[])[response.Headers, response.Content.Headers, response.TrailingHeaders])
        {
            text.WriteLine(headers.GetType().Name);
            foreach (var (name, values) in headers.NonValidated)
            {
                text.WriteLine($"  {name} x{values.Count}: {string.Join(" | ", values)}");
            }

            text.WriteLine(headers.ToString());
        }

        var typed = response.Content.Headers;
        text.WriteLine($"type {typed.ContentType} charset {typed.ContentType?.CharSet} length {typed.ContentLength}");
        text.WriteLine($"encoding {typed.ContentEncoding} language {typed.ContentLanguage} allow {string.Join('+', typed.Allow)}");
        text.WriteLine($"expires {typed.Expires} modified {typed.LastModified} range {typed.ContentRange} location {typed.ContentLocation}");
        text.WriteLine($"disposition {typed.ContentDisposition?.FileNameStar} md5 {typed.ContentMD5?.Length}");
        foreach (var header in typed)
        {
            text.WriteLine($"  {header.Key} = {string.Join(" | ", header.Value)}");
        }

        return text.ToString();
    }

    /// <summary>
    /// Describes an exception and its inner exceptions, without messages of <see cref="ObjectDisposedException"/>, which name the wrapper.
    /// </summary>
    public static string Create(Exception? exception)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        for (var one = exception; one is not null; one = one.InnerException)
        {
            text.Write(one.GetType().FullName);
            text.Write(one is ObjectDisposedException ? "" : " " + one.Message);
            text.WriteLine(one is HttpRequestException { HttpRequestError: var error, StatusCode: var status } ? $" {error} {status}" : "");
        }

        return text.ToString();
    }

    /// <summary>Returns the result of the action, or a description of its exception.</summary>
    public static async Task<string> CreateAsync(Func<Task<string>> action)
    {
        try
        {
            return await action().WaitAsync(TimeSpan.FromSeconds(60));
        }
        catch (Exception exception)
        {
            return Create(exception);
        }
    }
}
