using Http.CircuitBreaker.AspNetCore.Feed;
using Http.CircuitBreaker.AspNetCore.Json;
using Http.CircuitBreaker.AspNetCore.Tests.Support;

namespace Http.CircuitBreaker.AspNetCore.Tests.Feed;

public sealed class ChangeTrackerTests
{
    private readonly ChangeTracker _changes = new();

    [Fact]
    public void What_is_as_it_was_is_no_news()
    {
        Look(FakeRegistry.Closed("a"));
        Assert.Null(Look(FakeRegistry.Closed("a")));
    }

    [Fact]
    public void Only_what_has_changed_is_told()
    {
        Look(FakeRegistry.Closed("a"), FakeRegistry.Closed("b"));
        var changed = Look(FakeRegistry.Closed("a", succeeded: 1), FakeRegistry.Closed("b"));
        Assert.Equal(("a", 1), (Assert.Single(changed!.Changed).Host, changed.Changed.Single().TotalSucceeded));
        Assert.Empty(changed.Removed);
    }

    [Fact]
    public void New_ones_and_those_that_have_gone_are_told()
    {
        Look(FakeRegistry.Closed("a"));
        var changed = Look(FakeRegistry.Closed("b"));
        Assert.Equal("b", Assert.Single(changed!.Changed).Host);
        Assert.Equal(FakeRegistry.Closed("a").Id, Assert.Single(changed.Removed));
    }

    [Fact]
    public void One_that_stands_in_the_list_twice_is_told_once_as_it_was_last()
    {
        var changed = Look(FakeRegistry.Closed("a"), FakeRegistry.Closed("a", succeeded: 7));
        Assert.Equal(7, Assert.Single(changed!.Changed).TotalSucceeded);
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(-16, false)]
    [InlineData(1000, true)]
    public void A_moment_that_was_reckoned_anew_is_the_same_one(int milliseconds, bool isNews)
    {
        var circuit = FakeRegistry.Closed("a") with { Until = default(DateTimeOffset).AddYears(2026) };
        Look(circuit);
        for (var look = 0; look < 3; look++)
        {
            var shift = TimeSpan.FromMilliseconds(milliseconds);
            var changed = Look(circuit with { Since = circuit.Since + shift, Until = circuit.Until + shift });
            Assert.Equal(isNews && look == 0, changed is not null);
        }
    }

    private CircuitChangesJson? Look(params CircuitSnapshot[] circuits) => _changes.Update(circuits, default);
}
