using Http.CircuitBreaker.AspNetCore.Feed;
using Http.CircuitBreaker.AspNetCore.Json;
using Http.CircuitBreaker.AspNetCore.Tests.Support;

namespace Http.CircuitBreaker.AspNetCore.Tests.Feed;

public sealed class ChangeTrackerTests
{
    private readonly ChangeTracker _tracker = new();

    [Fact]
    public void Identical_snapshots_are_not_reported_as_a_change()
    {
        Update(FakeRegistry.Closed("a"));
        Assert.Null(Update(FakeRegistry.Closed("a")));
    }

    [Fact]
    public void Only_changed_circuits_are_returned()
    {
        Update(FakeRegistry.Closed("a"), FakeRegistry.Closed("b"));
        var changed = Update(FakeRegistry.Closed("a", succeeded: 1), FakeRegistry.Closed("b"));
        Assert.Equal(("a", 1), (Assert.Single(changed!.Changed).Host, changed.Changed.Single().TotalSucceeded));
        Assert.Empty(changed.Removed);
    }

    [Fact]
    public void New_and_removed_circuits_are_returned()
    {
        Update(FakeRegistry.Closed("a"));
        var changed = Update(FakeRegistry.Closed("b"));
        Assert.Equal("b", Assert.Single(changed!.Changed).Host);
        Assert.Equal(FakeRegistry.Closed("a").Id, Assert.Single(changed.Removed));
    }

    [Fact]
    public void A_circuit_listed_twice_is_returned_once_with_the_later_snapshot()
    {
        var changed = Update(FakeRegistry.Closed("a"), FakeRegistry.Closed("a", succeeded: 7));
        Assert.Equal(7, Assert.Single(changed!.Changed).TotalSucceeded);
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(-16, false)]
    [InlineData(1000, true)]
    public void Dates_that_differ_by_milliseconds_are_not_reported_as_a_change(int milliseconds, bool isChange)
    {
        var circuit = FakeRegistry.Closed("a") with { Until = default(DateTimeOffset).AddYears(2026) };
        Update(circuit);
        for (var poll = 0; poll < 3; poll++)
        {
            var shift = TimeSpan.FromMilliseconds(milliseconds);
            var changed = Update(circuit with { Since = circuit.Since + shift, Until = circuit.Until + shift });
            Assert.Equal(isChange && poll == 0, changed is not null);
        }
    }

    private CircuitChangesJson? Update(params CircuitSnapshot[] circuits) => _tracker.Update(circuits, default);
}
