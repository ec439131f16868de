using System.Diagnostics;

namespace Http.CircuitBreaker.EndToEnd.Tests.OpenTelemetry;

[Collection(SequentialTests.Name)]
public sealed class TracesTests
{
    [Fact]
    public async Task Rejected_call_has_a_client_span_with_error_type_circuit_open()
    {
        await using var app = await ObservedApp.StartAsync();
        await app.OpenAsync();

        var caller = await app.CallAsync();

        var spans = app.GetSpans(caller);
        Assert.Equal(["Http.CircuitBreaker", "Callers"], spans.Select(span => span.Source.Name));
        var rejection = spans[0];
        Assert.Equal((ActivityKind.Client, ActivityStatusCode.Error), (rejection.Kind, rejection.Status));
        Assert.Equal((caller.TraceId, caller.SpanId), (rejection.TraceId, rejection.ParentSpanId));
        Assert.Equal("circuit_open", rejection.GetTagItem("error.type"));
        Assert.Equal(ObservedApp.Client, rejection.GetTagItem("http_circuit_breaker.client"));
        Assert.Equal((app.Host.Address.Host, app.Host.Address.Port), (rejection.GetTagItem("server.address"), rejection.GetTagItem("server.port")));
    }

    [Fact]
    public async Task Rejection_does_not_change_the_span_of_the_caller()
    {
        await using var app = await ObservedApp.StartAsync();
        await app.OpenAsync();
        var caller = await app.CallAsync();

        var exported = Assert.Single(app.GetSpans(caller), span => span.SpanId == caller.SpanId);

        Assert.Equal((ActivityStatusCode.Unset, null), (exported.Status, exported.StatusDescription));
        Assert.Empty(exported.TagObjects);
        Assert.Empty(exported.Events);
    }

    [Fact]
    public async Task Circuit_state_and_outcome_are_added_to_the_callers_span_but_not_to_the_HttpClient_span()
    {
        await using var app = await ObservedApp.StartAsync();
        var callers = await app.OpenAsync();
        app.Heal();
        var probing = await app.CallAsync();

        Assert.Equal([("closed", "success"), ("closed", "failure"), ("half_open", "success")], new[] { callers[0], callers[^1], probing }.Select(Tags));
        Assert.Null(app.GetSpans(probing).Single(span => span.Source.Name == "System.Net.Http").GetTagItem("http_circuit_breaker.state"));

        (object?, object?) Tags(Activity caller)
        {
            var exported = Assert.Single(app.GetSpans(caller), span => span.SpanId == caller.SpanId);
            Assert.Equal(ObservedApp.Client, exported.GetTagItem("http_circuit_breaker.client"));
            return (exported.GetTagItem("http_circuit_breaker.state"), exported.GetTagItem("http_circuit_breaker.outcome"));
        }
    }

    [Fact]
    public async Task Breaker_adds_no_span_to_a_call_that_is_sent()
    {
        await using var app = await ObservedApp.StartAsync();
        var callers = await app.OpenAsync();
        app.Heal();

        foreach (var caller in callers.Append(await app.CallAsync()))
        {
            Assert.Equal(["System.Net.Http", "Callers"], app.GetSpans(caller).Select(span => span.Source.Name));
        }
    }
}
