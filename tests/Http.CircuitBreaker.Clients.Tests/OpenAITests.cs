using System.ClientModel;
using System.ClientModel.Primitives;
using Http.CircuitBreaker.Clients.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenAI;
using OpenAI.Chat;

namespace Http.CircuitBreaker.Clients.Tests;

// snippet: openai-retry
internal sealed class ClientRetryUnlessCircuitOpen : ClientRetryPolicy
{
    protected override ValueTask<bool> ShouldRetryAsync(PipelineMessage message, Exception? exception) =>
        message.Response?.Headers.TryGetValue("Proxy-Status", out var status) == true
            && status == CircuitRejection.ProxyStatus ? new(false) : base.ShouldRetryAsync(message, exception);
}
// end snippet

public sealed class OpenAITests : ClientContract
{
    private const string Answer =
        """
        {"id":"1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"stop","message":
        {"role":"assistant","content":"paid"}}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}
        """;

    [Fact]
    public async Task OpenAI_SDK_retries_a_failed_call_but_not_a_rejected_one()
    {
        await StartAsync();
        await Server.SetAsync(Fault.InternalServerError);

        AssertRejected(await Assert.ThrowsAnyAsync<Exception>(() => CallAsync().WaitAsync(Limit)));

        Assert.Equal((3, 1), (Server.Requests, Circuit.Rejected));
    }

    protected override void Map(WebApplication app) => app.MapPost("/chat/completions", () => Results.Text(Answer, "application/json"));

    protected override void AddClient(WebApplicationBuilder builder, Uri address) =>
        builder.Services.AddHttpClient("openai").AddCircuitBreaker();

    protected override async Task CallAsync()
    {
        var clients = Services.GetRequiredService<IHttpClientFactory>();

        // snippet: openai
        var options = new OpenAIClientOptions
        {
            Transport = new HttpClientPipelineTransport(clients.CreateClient("openai")),
            RetryPolicy = new ClientRetryUnlessCircuitOpen(),
        };
        // end snippet
        (options.Endpoint, options.NetworkTimeout) = (Server.Address, LibraryTimeout);
        var chat = new ChatClient("m", new ApiKeyCredential("key"), options);
        Assert.Equal("paid", (await chat.CompleteChatAsync("Pay.")).Value.Content[0].Text);
    }

    protected override void AssertRejected(Exception exception)
    {
        var seen = Assert.IsType<ClientResultException>(exception);
        Assert.Equal(503, seen.Status);
        Assert.True(IsRejected(seen));
    }

    private static bool IsRejected(ClientResultException exception)
    {
        return exception.GetRawResponse()?.Headers.TryGetValue("Proxy-Status", out var status) == true
            && status == CircuitRejection.ProxyStatus;
    }
}
