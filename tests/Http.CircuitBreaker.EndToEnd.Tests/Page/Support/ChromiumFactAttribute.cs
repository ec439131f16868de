namespace Http.CircuitBreaker.EndToEnd.Tests.Page.Support;

/// <summary>A test in a browser, skipped if Chromium is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ChromiumFactAttribute : FactAttribute
{
    public ChromiumFactAttribute() => Skip = Chromium.Missing;
}
