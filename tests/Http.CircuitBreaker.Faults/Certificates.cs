using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Http.CircuitBreaker.Faults;

/// <summary>Two self-signed certificates; clients trust only one of them.</summary>
public static class Certificates
{
    public static X509Certificate2 Trusted { get; } = Create("trusted");

    public static X509Certificate2 Wrong { get; } = Create("wrong");

    private static X509Certificate2 Create(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
