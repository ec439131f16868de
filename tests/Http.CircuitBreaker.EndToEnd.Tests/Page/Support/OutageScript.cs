namespace Http.CircuitBreaker.EndToEnd.Tests.Page.Support;

/// <summary>Three minutes in steps of five seconds. At the end there is a circuit in every state.</summary>
internal static class OutageScript
{
    public const int Steps = 36;

    /// <summary>The step in which the inventory host is isolated by hand.</summary>
    public const int Isolated = 12;

    public static ScriptedHost[] Hosts() =>
    [
        new("PaymentClient", "payments.example.com", step => step < 33 ? 4 + (step % 2) : 7, (step, _) => step < 33 ? 200 : 0)
        {
            Breaker = options =>
            {
                (options.SamplingDuration, options.BreakDuration) = (TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20));
                options.BreakJitter = 0;
            },
        },
        new("AccountClient", "accounts.example.com", step => 5 + (step % 3), Accounts)
        {
            Breaker = options =>
            {
                (options.BreakDuration, options.MaxBreakDuration) = (TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(60));
                (options.BreakJitter, options.HalfOpenProbes) = (0, 3);

                // Its last probes are in flight for longer than 3 s.
                options.UnresponsiveDetection = UnresponsiveDetection.Off;
            },
        },
        new("InventoryClient", "inventory.example.com", step => 2 + (step % 2), (_, _) => 200),
        new("CatalogClient", "catalog.example.com", step => 7 + (step * 5 % 4), (step, call) => step % 5 == 1 && call == 3 ? 503 : 200),
        new(
            "SearchClient",
            "search.example.com",
            step => step < Steps - 1 ? 4 + (step * 7 % 3) : 0,
            (step, call) => step == 34 && call < 2 ? null : 200)
        {
            Breaker = options => options.SlowCallDuration = TimeSpan.FromSeconds(2),
        },
        new("RatesClient", "rates.example.com", step => 4 + (step * 3 % 4), (step, _) => step is 5 or 6 ? 500 : 200),
        new("MailClient", "mail.example.com", step => 1 + (step % 4), (_, _) => 200)
        {
            Breaker = options => options.Mode = CircuitBreakerMode.Observe,
        },
        new("IdentityClient", "login.example.com", step => 9 + (step * 11 % 7), (_, _) => 200),
    ];

    // Fails, fails its probes, and at the end has one completed probe and others in flight.
    private static int? Accounts(int step, int call) => step switch
    {
        < 17 => 200,
        < 28 => 502,
        _ => call == 0 ? 200 : null,
    };
}
