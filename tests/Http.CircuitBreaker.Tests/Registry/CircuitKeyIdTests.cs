using System.Globalization;
using System.Text.RegularExpressions;

namespace Http.CircuitBreaker.Tests.Registry;

public sealed partial class CircuitKeyIdTests
{
    // Live page links and messages between instances contain the id, so it must not change.
    [Fact]
    public void Circuit_id_is_the_same_in_every_process_and_version() =>
        Assert.Equal("GcWyD5UUfxR3rd2d", CircuitKey.FromUri("payments", new Uri("https://api.example.com/")).Id);

    [Fact]
    public void Circuit_id_is_safe_in_a_URL()
    {
        foreach (var key in KeysOfAllKinds())
        {
            Assert.Matches(UrlSafe(), key.Id);
        }
    }

    [Fact]
    public void Circuit_ids_of_different_kinds_of_keys_do_not_collide()
    {
        var ids = KeysOfAllKinds().Select(key => key.Id).ToList();

        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Fact]
    public void Equal_circuit_keys_have_equal_ids() =>
        Assert.Equal(CircuitKey.FromUri("c", new Uri("HTTP://HOST:80/a")).Id, CircuitKey.FromUri("c", new Uri("http://host/b")).Id);

    [Fact]
    public void Circuit_id_does_not_depend_on_the_current_culture()
    {
        var expected = KeysOfAllKinds().Select(key => key.Id).ToList();
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NegativeSign = "\u2212"; // The minus sign of Swedish.
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = culture;
            Assert.Equal(expected, KeysOfAllKinds().Select(key => key.Id));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static IEnumerable<CircuitKey> KeysOfAllKinds() =>
    [
        CircuitKey.FromClient(""),
        CircuitKey.FromClient("c"),
        CircuitKey.FromClient("host"),
        CircuitKey.FromName("c", "host"),
        CircuitKey.FromName("c", ""),
        CircuitKey.FromName("", "c"),
        CircuitKey.FromName("c", "http://host:80"),
        CircuitKey.FromUri("c", new Uri("http://host/")),
        CircuitKey.FromUri("c", new Uri("https://host/")),
        CircuitKey.FromUri("c", new Uri("http://host:443/")),
        CircuitKey.FromUri("c", new Uri("custom://host/")),
        CircuitKey.FromUri("c", new Uri("http://host/"), CircuitScope.Host),
        CircuitKey.FromUri("", new Uri("http://host/"), CircuitScope.Host),
        CircuitKey.FromUri("c", new Uri("http://host/")).WithName("v1"),
        CircuitKey.FromUri("c", new Uri("http://host/")).WithName("v1/chat"),
        CircuitKey.FromUri("c", new Uri("http://host/")).WithName(""),
        CircuitKey.FromUri("c", new Uri("http://host/"), CircuitScope.Host).WithName("v1"),
        CircuitKey.FromName("c", "v1"),
        CircuitKey.FromUri("", new Uri("http://host/")),
    ];

    [GeneratedRegex("^[A-Za-z0-9_-]{16}$")]
    private static partial Regex UrlSafe();
}
