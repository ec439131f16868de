using System.Net;
using Http.CircuitBreaker.Classification;

namespace Http.CircuitBreaker.Tests.Classification;

public sealed class StatusCodeSetTests
{
    [Fact]
    public void Default_failure_statuses_are_408_429_and_5xx()
    {
        int[] expected = [408, 429, .. Enumerable.Range(500, 100)];

        Assert.Equal(expected, MembersOf(StatusCodeSet.Create(null)));
    }

    [Theory]
    [InlineData("503", 503, 503)]
    [InlineData("5xx", 500, 599)]
    [InlineData("4XX", 400, 499)]
    [InlineData("1xx", 100, 199)]
    [InlineData("9xx", 900, 999)]
    [InlineData("500-504", 500, 504)]
    [InlineData("500-500", 500, 500)]
    [InlineData(" 500 - 504 ", 500, 504)]
    [InlineData("100-999", 100, 999)]
    public void Entries_can_be_codes_classes_or_ranges(string entry, int first, int last) =>
        Assert.Equal(Enumerable.Range(first, last - first + 1), MembersOf(StatusCodeSet.Create([entry])));

    [Fact]
    public void Entries_are_combined_and_replace_the_default() =>
        Assert.Equal([404, 418, 500, 501], MembersOf(StatusCodeSet.Create(["404", "500-501", "418"])));

    [Fact]
    public void Overlapping_entries_are_allowed() =>
        Assert.Equal(Enumerable.Range(500, 100), MembersOf(StatusCodeSet.Create(["503", "5xx", "500-504"])));

    [Fact]
    public void Empty_list_contains_no_code() => Assert.Empty(MembersOf(StatusCodeSet.Create([])));

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("5x")]
    [InlineData("0xx")]
    [InlineData("xxx")]
    [InlineData("99")]
    [InlineData("1000")]
    [InlineData("-503")]
    [InlineData("+503")]
    [InlineData("504-500")]
    [InlineData("500-")]
    [InlineData("500-504-508")]
    [InlineData("5xx-599")]
    [InlineData("five")]
    [InlineData("٥٠٣")]
    public void Invalid_entry_is_rejected_and_named_in_the_error(string? entry)
    {
        Assert.False(StatusCodeSet.TryParse(entry, out _, out _));
        Assert.Contains($"'{entry}'", Assert.Throws<FormatException>(() => StatusCodeSet.Create([entry!])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(99)]
    [InlineData(1000)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void No_set_contains_codes_outside_100_to_999(int code) =>
        Assert.False(StatusCodeSet.Create(["100-999"]).Contains((HttpStatusCode)code));

    private static IEnumerable<int> MembersOf(StatusCodeSet set) =>
        Enumerable.Range(0, 1100).Where(code => set.Contains((HttpStatusCode)code));
}
