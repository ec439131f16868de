using Xunit.Abstractions;

namespace Http.CircuitBreaker.EndToEnd.Tests.Uploads;

/// <summary>Random uploads behave like those without a circuit breaker, and none of them counts against the host.</summary>
public sealed class UploadConformanceTests(SharedUploadServer shared, ITestOutputHelper output) : IClassFixture<SharedUploadServer>
{
    private const int Uploads = 400;

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    public async Task Random_uploads_have_the_same_result_with_and_without_a_breaker(int httpVersion, bool isSecure)
    {
        var address = shared.Server.Address(httpVersion, isSecure);
        using var plain = new UploadClient(address, httpVersion, isGuarded: false);
        using var guarded = new UploadClient(address, httpVersion);
        var failed = 0;
        for (var seed = 0; seed < Uploads; seed++)
        {
            var upload = new RandomUpload(seed + (httpVersion * 10_000) + (isSecure ? 1_000_000 : 0));
            var expected = await SendAsync(plain, upload, httpVersion);
            var actual = await SendAsync(guarded, upload, httpVersion);
            Assert.True(expected == actual, $"{upload}, without a breaker:\n{expected}\nwith one:\n{actual}");
            Assert.True(guarded.Circuit is { TotalFailed: 0, InFlight: 0 }, $"{upload} is a failure:\n{actual}");
            failed += expected.StartsWith("200", StringComparison.Ordinal) ? 0 : 1;
        }

        output.WriteLine($"{Uploads} uploads, {failed} of them failed");
        Assert.InRange(failed, Uploads / 5, Uploads * 4 / 5);
    }

    private static Task<string> SendAsync(UploadClient client, RandomUpload upload, int httpVersion) => client.DescribeAsync(
        "described",
        upload.Create(),
        request =>
        {
            request.Headers.TransferEncodingChunked = upload.IsChunked ? true : null;
            request.Headers.ExpectContinue = upload.ExpectsContinue ? true : null;
        },
        isSync: upload.IsSync && httpVersion == 1);
}
