using System.Text.Json;
using Http.CircuitBreaker.Rejection;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Rejection;

public sealed class ProblemBodyTests
{
    [Fact]
    public async Task Rejection_body_is_valid_JSON_with_the_members_of_RFC_9457()
    {
        using var rig = new HandlerRig();
        await rig.OpenAsync();

        using var response = await rig.SendAsync();

        using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        Assert.Equal(["type", "title", "status", "detail", "retryAfter"], json.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.True(Uri.IsWellFormedUriString(json.RootElement.GetProperty("type").GetString(), UriKind.Absolute));
        Assert.Equal("Circuit Open", json.RootElement.GetProperty("title").GetString());
        Assert.Equal(503, json.RootElement.GetProperty("status").GetInt32());
        Assert.Equal(5, json.RootElement.GetProperty("retryAfter").GetInt32());
        Assert.Equal(response.Content.Headers.ContentLength, (await response.Content.ReadAsByteArrayAsync()).Length);
    }

    [Fact]
    public async Task Rejection_body_has_no_retryAfter_during_an_indefinite_isolation()
    {
        using var rig = new HandlerRig();
        rig.Handler.Circuits.Isolate(HandlerRig.Key);

        using var response = await rig.SendAsync();

        using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        Assert.False(json.RootElement.TryGetProperty("retryAfter", out _));
        Assert.Equal(503, json.RootElement.GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task Rejection_body_does_not_reveal_host_path_or_client()
    {
        using var rig = new RegistryRig(["secret-client"]);
        var url = "https://user:password@secret-host/secret-path?secret=query";
        rig.Registry.Isolate(CircuitKey.FromUri("secret-client", new Uri(url)), reason: "secret reason");

        using var response = await rig.Client("secret-client").GetAsync(url);

        Assert.True(response.IsCircuitOpen());
        var text = await response.Content.ReadAsStringAsync() + response.Headers + response.Content.Headers;
        Assert.DoesNotContain("secret", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("password", text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Rejection_body_is_cached_for_each_number_of_remaining_seconds()
    {
        var body = ProblemBody.Create(TimeSpan.FromSeconds(5));

        Assert.Same(body, ProblemBody.Create(TimeSpan.FromSeconds(5)));
        Assert.Equal("4", ProblemBody.Create(TimeSpan.FromSeconds(4)).RetryAfter);
        Assert.Equal("86400", ProblemBody.Create(TimeSpan.FromDays(1)).RetryAfter);
        Assert.Null(ProblemBody.Create(null).RetryAfter);
        Assert.Same(ProblemBody.Create(null), ProblemBody.Create(null));
    }
}
