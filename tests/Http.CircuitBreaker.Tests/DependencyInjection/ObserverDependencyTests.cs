using System.Net;
using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Tests.DependencyInjection;

public sealed class ObserverDependencyTests
{
    private const string Url = "http://host/";

    [Fact]
    public async Task Observer_can_take_the_registry_in_its_constructor()
    {
        using var rig = new RegistryRig(["c"], add: services => services
            .AddSingleton<ResettingObserver>()
            .AddSingleton<ICircuitObserver>(provider => provider.GetRequiredService<ResettingObserver>()));

        rig.AnswerWith(HttpStatusCode.InternalServerError);
        for (var i = 0; i < 10; i++)
        {
            await rig.GetAsync(Url);
        }

        Assert.Equal([CircuitState.Open, CircuitState.Closed], rig.Service<ResettingObserver>().States);
    }

    [Fact]
    public async Task Exception_in_an_observers_constructor_is_logged_and_calls_continue()
    {
        using var rig = new RegistryRig(["c"], add: services => services
            .AddSingleton<ICircuitObserver>(_ => throw new InvalidOperationException("no connection string")));

        rig.AnswerWith(HttpStatusCode.InternalServerError);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(HttpStatusCode.InternalServerError, (await rig.GetAsync(Url)).StatusCode);
        }

        rig.Registry.Reset(RegistryRig.KeyOf(Url));
        Assert.Equal("no connection string", Assert.Single(rig.Logs("UserCodeFailed")).Exception!.Message);
    }

    private sealed class ResettingObserver(ICircuitRegistry circuits) : ICircuitObserver
    {
        public List<CircuitState> States { get; } = [];

        public void OnStateChange(CircuitStateChange change)
        {
            States.Add(change.State);
            if (change.State == CircuitState.Open)
            {
                circuits.Reset(change.Key);
            }
        }
    }
}
