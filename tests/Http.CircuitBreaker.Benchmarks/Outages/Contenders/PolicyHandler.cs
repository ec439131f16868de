using System.Net;
using Http.CircuitBreaker.Benchmarks.Outages.Host;

namespace Http.CircuitBreaker.Benchmarks.Outages.Contenders;

/// <summary>
/// Applies a policy to the calls of one process, one instance of it for each host. The policy covers the whole call including the body and
/// the client's timeout, as where these libraries wrap a complete function of their user.
/// </summary>
internal sealed class PolicyHandler(ContenderContext context, Func<ICallPolicy> create) : DelegatingHandler(context.Host)
{
    private readonly Dictionary<string, ICallPolicy> _policies = [];

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var policy = PolicyFor(request.RequestUri!.Host);
        var wasOpen = policy.IsOpen;
        var permit = policy.TryAdmit(context.Time.Now);
        NotifyIfOpened(policy, wasOpen);
        if (permit is not { } admitted)
        {
            return Task.FromResult<HttpResponseMessage>(new RejectedResponse(request));
        }

        if (admitted.Replica is { } replica)
        {
            request.Options.Set(Replicas.Chosen, replica);
        }

        return SendAsync(policy, admitted, request, cancellationToken);
    }

    private static CallEnd ClassifyStatus(HttpStatusCode status) => status switch
    {
        HttpStatusCode.TooManyRequests => CallEnd.RateLimited,
        >= HttpStatusCode.InternalServerError => CallEnd.Failure,
        _ => CallEnd.Success,
    };

    // A broken body is left to the caller, as with the other contenders, because handlers outside must not retry it.
    private static async Task<bool> TryReadBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            await response.Content.LoadIntoBufferAsync(cancellationToken);
            return true;
        }
        catch (HttpRequestException exception)
        {
            response.Content = new FailedContent(exception);
            return false;
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        ICallPolicy policy, CallPermit permit, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var start = context.Time.Now;
        var end = CallEnd.Failure;
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            end = await TryReadBodyAsync(response, cancellationToken) ? ClassifyStatus(response.StatusCode) : CallEnd.Failure;
            return response;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            end = context.Time.Now - start >= context.ClientTimeout ? CallEnd.Timeout : CallEnd.Canceled;
            throw;
        }
        finally
        {
            var wasOpen = policy.IsOpen;
            policy.Record(permit, end, context.Time.Now);
            NotifyIfOpened(policy, wasOpen);
        }
    }

    private ICallPolicy PolicyFor(string host)
    {
        if (!_policies.TryGetValue(host, out var policy))
        {
            _policies.Add(host, policy = create());
        }

        return policy;
    }

    private void NotifyIfOpened(ICallPolicy policy, bool wasOpen)
    {
        if (policy.IsOpen && !wasOpen)
        {
            context.Opened();
        }
    }
}

/// <summary>
/// The response to a call that a policy has rejected. It stands for an exception of the policy's library, which retries outside do not
/// handle; a throw would only make the simulation slower.
/// </summary>
internal sealed class RejectedResponse : HttpResponseMessage
{
    public RejectedResponse(HttpRequestMessage request)
        : base(HttpStatusCode.ServiceUnavailable) => RequestMessage = request;
}
