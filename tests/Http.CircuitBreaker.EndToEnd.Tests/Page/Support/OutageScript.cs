namespace Http.CircuitBreaker.EndToEnd.Tests.Page.Support;

/// <summary>Three minutes in steps of five seconds. At the end there is a circuit in every state.</summary>
internal static class OutageScript
{
    public const int Steps = 36;

    /// <summary>The step in which the inventory host is isolated by hand.</summary>
    public const int Isolated = 12;

    private static readonly string[] _services =
    [
        "orders", "stock", "pricing", "reviews", "shipping", "invoices", "coupons", "customers", "returns", "images", "letters", "messages",
        "fraud", "baskets", "vouchers",
    ];

    private static readonly string[] _regions = ["eu-west", "us-east", "ap-south"];

    /// <summary>Returns 3 hosts, or 8 of which each behaves differently, and more, most of which are healthy.</summary>
    public static ScriptedHost[] Hosts(int count = 8)
    {
        var hosts = SpecialHosts();
        return count < hosts.Length ? [hosts[0], hosts[2], hosts[3]] : [.. hosts, .. Enumerable.Range(0, count - hosts.Length).Select(Host)];
    }

    private static ScriptedHost Host(int number)
    {
        var (service, zone) = (_services[number % _services.Length], number / _services.Length);
        var region = $"{_regions[zone % _regions.Length]}-{1 + (zone / _regions.Length)}";
        var client = $"{char.ToUpperInvariant(service[0])}{service[1..].TrimEnd('s')}Client";
        var isDown = number % 97 == 13;
        return new ScriptedHost(
            client,
            $"{service}-api.{region}.internal.example.com",
            step => 1 + ((number + (step * (number % 5))) % 4),
            (step, call) => isDown && step > 30 ? 503 : number % 10 == 3 && step % 9 == 4 && call == 0 ? 500 : 200);
    }

    private static ScriptedHost[] SpecialHosts() =>
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
