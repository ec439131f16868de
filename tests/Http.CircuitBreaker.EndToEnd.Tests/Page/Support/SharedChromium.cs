namespace Http.CircuitBreaker.EndToEnd.Tests.Page.Support;

/// <summary>The tests of the page share one browser and run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class SharedChromium : ICollectionFixture<Chromium>
{
    public const string Name = "Chromium";
}
