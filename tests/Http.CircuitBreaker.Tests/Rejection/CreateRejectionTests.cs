using System.Net;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Rejection;

public sealed class CreateRejectionTests
{
    [Fact]
    public async Task Custom_response_is_returned_and_marked_as_a_rejection()
    {
        (CircuitRejection Rejection, HttpRequestMessage Request)? seen = null;
        using var rig = new HandlerRig(options => options.CreateRejection = (rejection, request) =>
        {
            seen = (rejection, request);
            var custom = new HttpResponseMessage(HttpStatusCode.OK) { ReasonPhrase = "From Cache", Content = new StringContent("cached"), Version = HttpVersion.Version20 };
            custom.Headers.Add("X-Cache", ["a", "b"]);
            custom.Headers.TryAddWithoutValidation("Age", "not a number");
            custom.TrailingHeaders.Add("X-Trailer", "t");
            return custom;
        });
        await rig.OpenAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, HandlerRig.Url);

        using var response = await rig.Invoker.SendAsync(request, default);

        Assert.True(response.IsCircuitOpen(out var rejection));
        Assert.Equal((rejection, request), (seen!.Value.Rejection, seen.Value.Request));
        Assert.Equal(CircuitState.Open, rejection.State);
        Assert.Equal((HttpStatusCode.OK, "From Cache", HttpVersion.Version20), (response.StatusCode, response.ReasonPhrase, response.Version));
        Assert.Same(request, response.RequestMessage);
        Assert.Equal("cached", await response.Content.ReadAsStringAsync());
        Assert.Equal("text/plain", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(["a", "b"], response.Headers.GetValues("X-Cache"));
        Assert.Equal("not a number", response.Headers.NonValidated["Age"].ToString());
        Assert.Equal(["t"], response.TrailingHeaders.GetValues("X-Trailer"));
    }

    [Fact]
    public async Task Built_in_response_is_used_if_CreateRejection_returns_null()
    {
        using var rig = new HandlerRig(options => options.CreateRejection = (_, _) => null);
        await rig.OpenAsync();

        using var response = await rig.SendAsync();

        Assert.Equal("Circuit Open", response.ReasonPhrase);
        Assert.True(response.IsCircuitOpen());
    }

    [Fact]
    public async Task Exception_in_CreateRejection_is_logged_and_the_default_is_used()
    {
        using var rig = new RegistryRig(options => options.CreateRejection = (_, _) => throw new InvalidOperationException("bug"));
        foreach (var host in (string[])["a", "b"])
        {
            rig.Registry.Isolate(RegistryRig.KeyOf($"http://{host}/"));
            for (var i = 0; i < 3; i++)
            {
                using var response = await rig.Client().GetAsync($"http://{host}/");
                Assert.Equal("Circuit Open", response.ReasonPhrase);
            }
        }

        var logs = rig.Logs("UserCodeFailed");
        Assert.Equal(
            ["CreateRejection threw an exception for 'c http://a:80'.", "CreateRejection threw an exception for 'c http://b:80'."],
            logs.Select(RegistryRig.FirstSentence));
        Assert.All(logs, log => Assert.IsType<InvalidOperationException>(log.Exception));
    }
}
