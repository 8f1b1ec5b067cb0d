using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Cis2Auth.Tests.Support;

/// <summary>An authority of the tests, and a certificate for the provider's name that it signed.</summary>
internal sealed class Certificates
{
    private Certificates()
    {
        DateTimeOffset from = DateTimeOffset.UtcNow.AddHours(-1);
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var root = new CertificateRequest("CN=root of the tests", rootKey, HashAlgorithmName.SHA256);
        root.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        root.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        root.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(root.PublicKey, critical: false));
        Root = root.CreateSelfSigned(from, from.AddDays(1));

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var leaf = new CertificateRequest("CN=cis2.localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("cis2.localhost");
        names.AddDnsName("elsewhere.localhost");
        leaf.CertificateExtensions.Add(names.Build());
        leaf.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        leaf.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        leaf.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Root, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        using X509Certificate2 signed = leaf.Create(Root, from, from.AddHours(20), RandomNumberGenerator.GetBytes(8));
        Server = signed.CopyWithPrivateKey(key);
    }

    /// <summary>The authority that the tests trust.</summary>
    public static Certificates Trusted { get; } = new();

    /// <summary>Another one of the same name, which nobody trusts.</summary>
    public static Certificates Foreign { get; } = new();

    public X509Certificate2 Root { get; }

    public X509Certificate2 Server { get; }

    public string RootPem => Root.ExportCertificatePem();
}
