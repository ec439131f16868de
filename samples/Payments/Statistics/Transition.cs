using Http.CircuitBreaker;

namespace Payments.Score;

internal readonly record struct Transition(TimeSpan At, CircuitStateChange Change);
