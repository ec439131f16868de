using Http.CircuitBreaker.Classification;

namespace Http.CircuitBreaker.Tests.Classification;

public sealed class StatusCodeSetTests
{
    [Fact]
    public void Default_failure_statuses_are_408_429_and_5xx()
    {
        int[] expected = [408, 429, .. Enumerable.Range(500, 100)];

        Assert.Equal(expected, MembersOf(Create(null)));
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
    public void Status_code_entries_can_be_codes_classes_or_ranges(string entry, int first, int last) =>
        Assert.Equal(Enumerable.Range(first, last - first + 1), MembersOf(Create([entry])));

    [Fact]
    public void Status_code_entries_are_combined_and_replace_the_default() =>
        Assert.Equal([404, 418, 500, 501], MembersOf(Create(["404", "500-501", "418"])));

    [Fact]
    public void Overlapping_status_code_entries_are_allowed() =>
        Assert.Equal(Enumerable.Range(500, 100), MembersOf(Create(["503", "5xx", "500-504"])));

    [Fact]
    public void Empty_list_contains_no_status_code() => Assert.Empty(MembersOf(Create([])));

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
    public void Invalid_status_code_entry_is_rejected_and_named_in_the_error(string? entry)
    {
        Assert.False(StatusCodeKind.Http.TryParse(entry, out _, out _));
        Assert.Contains($"'{entry}'", Assert.Throws<FormatException>(() => Create([entry!])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(99)]
    [InlineData(1000)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void Status_codes_outside_100_to_999_are_never_contained(int code) =>
        Assert.False(Create(["100-999"]).Contains(code));

    [Fact]
    public void Default_gRPC_failures_are_2_4_8_13_14_and_15() =>
        Assert.Equal([2, 4, 8, 13, 14, 15], MembersOf(StatusCodeKind.Grpc.Failures));

    [Theory]
    [InlineData("1", 1, 1)]
    [InlineData("16", 16, 16)]
    [InlineData(" 13 - 15 ", 13, 15)]
    public void gRPC_status_entries_can_be_codes_or_ranges(string entry, int first, int last) =>
        Assert.Equal(Enumerable.Range(first, last - first + 1), MembersOf(new StatusCodeSet(StatusCodeKind.Grpc, [entry])));

    [Theory]
    [InlineData("0")]
    [InlineData("17")]
    [InlineData("15-17")]
    [InlineData("1xx")]
    [InlineData("0xx")]
    [InlineData("Unavailable")]
    public void Invalid_gRPC_status_entry_is_rejected(string entry) => Assert.False(StatusCodeKind.Grpc.TryParse(entry, out _, out _));

    private static StatusCodeSet Create(IReadOnlyList<string>? entries) => StatusCodeSet.From(StatusCodeKind.Http, entries);

    private static IEnumerable<int> MembersOf(StatusCodeSet set) =>
        Enumerable.Range(0, 1100).Where(code => set.Contains(code));
}
