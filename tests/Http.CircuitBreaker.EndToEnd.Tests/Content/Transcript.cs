using System.Globalization;

namespace Http.CircuitBreaker.EndToEnd.Tests.Bodies;

/// <summary>Everything that a caller can see of a response or an exception, as text.</summary>
internal static class Transcript
{
    public static string Of(HttpResponseMessage response)
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

    /// <summary>Types, messages and status of the whole chain; without the name of what was disposed, which is ours where it is ours.</summary>
    public static string Of(Exception? exception)
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

    /// <summary>What an action gives: its result, or what it throws.</summary>
    public static async Task<string> OfAsync(Func<Task<string>> action)
    {
        try
        {
            return await action().WaitAsync(TimeSpan.FromSeconds(60));
        }
        catch (Exception exception)
        {
            return Of(exception);
        }
    }
}
