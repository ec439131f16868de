using Gateway;

if (args.Length > 0)
{
    await (args is ["--help" or "-h"] ? Console.Out : Console.Error).WriteLineAsync(
        $"A gateway in front of three services, one of which fails. Runs for {Visitors.Duration.TotalSeconds:0} s. There are no arguments.");
    return args is ["--help" or "-h"] ? 0 : 2;
}

string[] names = ["orders", "stock", "prices"];
var services = await Task.WhenAll(names.Select(Service.StartAsync));
await using var gateway = await GatewayServer.StartAsync(services);

Console.WriteLine("A gateway (YARP) forwards requests to three services: orders, stock and prices. The service stock fails twice.");
Console.WriteLine("Each service has a circuit of its own, so the other two stay available, and stock is not called while it fails.");
Console.WriteLine($"Live page: {gateway.Address}circuits");
Console.WriteLine();

var visitors = new Visitors(gateway.Address, services);
var results = await visitors.RunAsync();

Console.WriteLine();
foreach (var (service, result) in results)
{
    Console.WriteLine(
        $"{service.Name,-7} answered {result.Answered} of {result.Sent} requests; {result.Rejected} were rejected by the circuit breaker,"
        + $" {result.Failed} failed");
}

var stock = results.Single(result => result.Service == services[1]).Result;
Console.WriteLine(
    $"While stock failed, its visitors waited {stock.RejectedMilliseconds:0} ms for a rejection instead of up to"
    + $" {Visitors.Patience.TotalSeconds:0} s for a failure.");
foreach (var service in services)
{
    await service.DisposeAsync();
}

return 0;
