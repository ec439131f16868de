using Grpc.Core;

namespace Http.CircuitBreaker.EndToEnd.Tests.Grpc;

/// <summary>Responds as the order specifies.</summary>
internal sealed class PaymentsService : Payments.PaymentsBase
{
    public override async Task<Receipt> Pay(Order request, ServerCallContext context)
    {
        if (request is { Messages: > 0, Hangs: false })
        {
            // Sends the receipt first and then the status in the trailers.
            context.Status = new Status((StatusCode)request.Status, "requested by the order");
        }
        else
        {
            await EndAsync(request, context);
        }

        return new Receipt { Text = "paid" };
    }

    public override async Task<Receipt> Collect(IAsyncStreamReader<Order> requestStream, ServerCallContext context)
    {
        await foreach (var order in requestStream.ReadAllAsync(context.CancellationToken))
        {
            await EndAsync(order, context);
        }

        return new Receipt { Text = "collected" };
    }

    public override async Task Chat(
        IAsyncStreamReader<Order> requestStream, IServerStreamWriter<Receipt> responseStream, ServerCallContext context)
    {
        await foreach (var order in requestStream.ReadAllAsync(context.CancellationToken))
        {
            await Watch(order, responseStream, context);
        }
    }

    public override async Task Watch(Order request, IServerStreamWriter<Receipt> responseStream, ServerCallContext context)
    {
        for (var i = 0; i < request.Messages; i++)
        {
            await responseStream.WriteAsync(new Receipt { Text = $"{i}" }, context.CancellationToken);
        }

        await EndAsync(request, context);
    }

    private static async Task EndAsync(Order request, ServerCallContext context)
    {
        if (request.Hangs)
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        }

        if (request.Status != 0)
        {
            throw new RpcException(new Status((StatusCode)request.Status, "requested by the order"));
        }
    }
}
