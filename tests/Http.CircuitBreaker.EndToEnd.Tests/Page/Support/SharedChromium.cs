namespace Http.CircuitBreaker.EndToEnd.Tests.Page.Support;

/// <summary>The page tests share one browser and run sequentially.</summary>
[CollectionDefinition(Name)]
public sealed class SharedChromium : ICollectionFixture<Chromium>
{
    public const string Name = "Chromium";
}
