namespace Http.CircuitBreaker.Configuration;

/// <summary>A value read from text, or what is wrong with the text, as the end of a sentence that begins with it.</summary>
internal readonly record struct Parsed<T>(T? Value, string? Fault = null)
{
    public static implicit operator Parsed<T>(T value) => new(value);

    public static Parsed<T> Wrong(string fault) => new(default, fault);

    public Parsed<TOther> Select<TOther>(Func<T, TOther> map) => Fault is null ? new(map(Value!)) : new(default, Fault);
}
