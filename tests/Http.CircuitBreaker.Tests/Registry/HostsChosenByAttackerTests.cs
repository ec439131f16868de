using System.Net;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Registry;

/// <summary>Somebody else chooses most of the hosts that are called, and the calls to them fail. A host in use keeps its circuit.</summary>
public sealed class HostsChosenByAttackerTests
{
    private const string Real = "http://real/";

    public static TheoryData<int> SmallRegistries => [1, 2, 3, 5, 8, 16, 31, 32, 33, 64];

    [Fact]
    public async Task Thousands_of_invented_hosts_do_not_evict_the_circuit_of_a_host_in_use_and_it_still_opens()
    {
        // 450 calls a second to 11,000 hosts, and 50 to the real one.
        using var rig = Rig(maxCircuits: 10_000);
        await AttackAsync(rig, seconds: 60, hosts: 11_000);
        Assert.Equal(3_000, rig.Circuit(Real).TotalSucceeded);

        rig.Answer = (_, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.InternalServerError));
        await AttackAsync(rig, seconds: 60, hosts: 11_000);

        var circuit = rig.Circuit(Real);
        Assert.Equal((3_000, 6_000), (circuit.TotalSucceeded, circuit.TotalSucceeded + circuit.TotalFailed + circuit.Rejected));
        Assert.InRange(circuit.TotalFailed, 1, 300);
    }

    [Theory]
    [MemberData(nameof(SmallRegistries))]
    public async Task Circuit_of_a_host_in_use_is_not_evicted_from_a_small_registry(int maxCircuits)
    {
        using var rig = Rig(maxCircuits);
        await rig.GetAsync(Real);
        await rig.GetAsync(Real);

        await AttackAsync(rig, seconds: 5, hosts: 1_100);

        Assert.Equal(252, rig.Circuit(Real).TotalSucceeded);
    }

    [Theory]
    [MemberData(nameof(SmallRegistries))]
    public async Task Recovering_circuit_of_a_host_in_use_is_not_evicted_from_a_small_registry(int maxCircuits)
    {
        using var rig = Rig(maxCircuits);
        await rig.GetAsync(Real);
        await rig.GetAsync(Real);
        var answer = rig.Answer;
        await rig.OpenAsync(Real);
        rig.Answer = answer;
        var epoch = rig.Circuit(Real).Epoch;

        await AttackAsync(rig, seconds: 12, hosts: 1_100);

        Assert.Equal((CircuitState.Closed, epoch + 2), (rig.Circuit(Real).State, rig.Circuit(Real).Epoch));
    }

    private static RegistryRig Rig(int maxCircuits) => new(options => options.MaxCircuits = maxCircuits)
    {
        Answer = (request, _) => Task.FromResult(new HttpResponseMessage(
            request.RequestUri!.Host == "real" ? HttpStatusCode.OK : HttpStatusCode.InternalServerError)),
    };

    private static async Task AttackAsync(RegistryRig rig, int seconds, int hosts)
    {
        using var invoker = rig.NewInvoker();
        for (var i = 0; i < seconds * 500; i++)
        {
            var uri = i % 10 == 0 ? Real : $"http://chosen{(i - (i / 10)) % hosts}/";
            using var request = new HttpRequestMessage(HttpMethod.Get, uri);
            using var response = await invoker.SendAsync(request, CancellationToken.None);
            rig.Time.Advance(TimeSpan.FromMilliseconds(2));
        }
    }
}
