using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Tests.Counting;

public sealed class ReadingRingTests
{
    private ReadingRing _ring;

    [Fact]
    public void An_empty_ring_has_no_reading() => Assert.Null(Read(1, 100));

    [Fact]
    public void The_oldest_reading_in_the_range_is_found()
    {
        _ring.Note(3, 30);
        _ring.Note(5, 50);

        Assert.Equal(30u, Read(1, 10));
        Assert.Equal(30u, Read(3, 10));
        Assert.Equal(50u, Read(4, 10));
        Assert.Null(Read(6, 10));
        Assert.Null(Read(1, 2));
    }

    [Fact]
    public void The_first_reading_of_a_slice_stays()
    {
        _ring.Note(3, 30);
        _ring.Note(3, 31);

        Assert.Equal(30u, Read(3, 3));
    }

    [Fact]
    public void A_slot_is_replaced_by_a_newer_slice_and_never_by_an_older_one()
    {
        _ring.Note(3, 30);
        _ring.Note(3 + ReadingRing.Size, 150);
        _ring.Note(3, 31);

        Assert.Null(Read(3, 14));
        Assert.Equal(150u, Read(4, 15));
    }

    [Fact]
    public void It_holds_as_many_slices_as_a_window_needs()
    {
        for (var slice = 1; slice <= 1_000; slice++)
        {
            _ring.Note(slice, slice);
            var first = Math.Max(1, slice - ReadingRing.Size + 1);
            Assert.Equal((uint)first, Read(first, slice));
        }
    }

    [Fact]
    public void Counters_beyond_32_bits_are_compared_by_difference()
    {
        _ring.Note(1, uint.MaxValue - 1L);

        Assert.Equal(5, (int)(unchecked((uint)(uint.MaxValue + 4L)) - Read(1, 1)!.Value));
    }

    [Fact]
    public void A_negative_range_has_no_reading() => Assert.Null(Read(-20, -5));

    private uint? Read(long first, long last) => _ring.TryRead(first, last, out var count) ? count : null;
}
