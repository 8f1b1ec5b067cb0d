using System.Text;
using System.Text.Json;
using Cis2Auth.Interop;
using Cis2Auth.Interop.Handles;

namespace Cis2Auth.Interop.Tests;

/// <summary>Each shape in which something crosses the boundary.</summary>
public sealed class ShapeTests : InteropTest
{
    private const int MiB = 1024 * 1024;
    private const string Audience = "https://example.org/";
    private const string NonBmp = "Zoë \U0001F469\u200D\u2695\uFE0F \U00020BB7";

    // View in: text.

    [Fact]
    public void TextThatIsAbsent_AndTextThatIsEmpty_AreRefusedEachInItsWay()
    {
        Assert.Equal(Cis2ErrorCode.InvalidArgument, SetClientId(null));
        Assert.Equal(Cis2ErrorCode.ConfigInvalid, SetClientId(""));
        Assert.Equal(Cis2ErrorCode.None, SetClientId(Simulator.ClientId));
    }

    [Fact]
    public void TextWithANulInside_IsNotCutThere()
    {
        Assert.Equal(Cis2ErrorCode.KeyIdInvalid, Assert.Throws<Cis2ConfigurationException>(() => ReadKey(Keys.Pem, "kid\0more")).ErrorCode);
        using Cis2SigningKey key = ReadKey(Keys.Pem, "kid");
        Assert.Throws<ArgumentException>(() => key.CreateClientAssertion("client\0more", Audience));
        Assert.Equal("client", Claim("iss", key.CreateClientAssertion("client", Audience)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(84)]
    [InlineData(85)]
    [InlineData(86)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    public void TextOfAnyLength_ArrivesWhole_OnTheStackAndOffIt(int length)
    {
        using Cis2SigningKey key = ReadKey(Keys.Pem, "kid");
        string audience = Audience + new string('a', length);
        Assert.Equal(audience, Claim("aud", key.CreateClientAssertion("client", audience)));
    }

    [Fact]
    public void TextOutsideOfTheBmp_ArrivesUnchanged()
    {
        using Cis2SigningKey key = ReadKey(Keys.Pem, "kid");
        Assert.Equal(NonBmp, Claim("iss", key.CreateClientAssertion(NonBmp, Audience)));
    }

    [Theory]
    [InlineData(0xD83D)]
    [InlineData(0xDC69)]
    public void ALoneSurrogate_IsRefusedAndNotReplaced(int surrogate)
    {
        string text = $"a{(char)surrogate}b";
        using Cis2SigningKey key = ReadKey(Keys.Pem, "kid");
        Assert.Throws<EncoderFallbackException>(() => key.CreateClientAssertion(text, Audience));
        Assert.Throws<EncoderFallbackException>(() => key.CreateClientAssertion(new string('a', 400) + text, Audience));
        Assert.Throws<EncoderFallbackException>(() => ReadKey(Keys.Pem, text));
        Assert.Throws<EncoderFallbackException>(() => Cis2KeySet.FromJson("{\"keys\":[],\"x\":\"" + text + "\"}"));
        Assert.Throws<EncoderFallbackException>(() => Cis2SigningKey.FromPem(text, "kid", Cis2SigningAlgorithm.RS256));
    }

    [Fact]
    public void TextOfAMebibyte_ArrivesWhole()
    {
        using Cis2Client client = Simulator.NewClient();
        var thrown = Assert.Throws<Cis2ProtocolException>(() => client.RestoreAuthorizationRequest("1." + new string('A', MiB)));
        Assert.Equal(Cis2ErrorCode.RequestMalformed, thrown.ErrorCode);

        using Cis2SigningKey key = ReadKey(Keys.Pem, "kid");
        string audience = Audience + new string('a', MiB);
        Assert.Equal(audience, Claim("aud", key.CreateClientAssertion("client", audience)));
    }

    // View in: bytes.

    [Fact]
    public void BytesThatAreAbsent_AndBytesThatAreEmpty_AreRefusedEachInItsWay()
    {
        Assert.Equal(Cis2ErrorCode.InvalidArgument, ReadKeyNatively(default));
        Assert.Equal(Cis2ErrorCode.KeyEmpty, Assert.Throws<Cis2ConfigurationException>(() => Cis2SigningKey.FromDer([], "kid", Cis2SigningAlgorithm.RS256)).ErrorCode);
        Assert.Equal(Cis2ErrorCode.KeyEmpty, Assert.Throws<Cis2ConfigurationException>(() => ReadKey("", "kid")).ErrorCode);
        Assert.Equal(Cis2ErrorCode.ResponseNotJson, Assert.Throws<Cis2ProtocolException>(() => Cis2KeySet.FromJson("")).ErrorCode);
        Assert.Equal(Cis2ErrorCode.ResponseNotJson, Assert.Throws<Cis2ProtocolException>(() => Cis2KeySet.FromJson([])).ErrorCode);
    }

    [Fact]
    public void APasswordThatIsAbsent_AndOneThatIsEmpty_AreNotTheSame()
    {
        Assert.Equal(Cis2ErrorCode.KeyEncrypted, Assert.Throws<Cis2ConfigurationException>(() => Encrypted(null)).ErrorCode);
        Assert.NotEqual(Cis2ErrorCode.KeyEncrypted, Assert.Throws<Cis2ConfigurationException>(() => Encrypted("")).ErrorCode);
        using Cis2SigningKey key = Encrypted(Keys.Password);
        Assert.Equal("kid", key.KeyId);

        static Cis2SigningKey Encrypted(string? password) => Cis2SigningKey.FromPem(Keys.EncryptedPem, "kid", Cis2SigningAlgorithm.RS256, password);
    }

    [Fact]
    public void BytesWithNulInside_ArriveWhole()
    {
        Assert.Contains((byte)0, Keys.Der);
        using Cis2SigningKey key = Cis2SigningKey.FromDer(Keys.Der, "kid", Cis2SigningAlgorithm.RS256);
        using Cis2SigningKey same = ReadKey(Keys.Pem, "kid");
        Assert.Equal(same.Thumbprint, key.Thumbprint);
    }

    [Fact]
    public void BytesOfAMebibyte_AreReadToTheLast()
    {
        using Cis2SigningKey key = ReadKey(Keys.Pem.PadRight(MiB), "kid");
        Assert.Equal(Cis2ErrorCode.KeyTooLarge, Assert.Throws<Cis2ConfigurationException>(() => ReadKey(Keys.Pem.PadRight(MiB + 1), "kid")).ErrorCode);
    }

    // View out.

    [Fact]
    public void TextThatIsLent_IsACopyThatOutlivesItsOwner()
    {
        Cis2SigningKey key = ReadKey(Keys.Pem, "kid");
        string jwk = key.PublicJwk, set = key.JwkSet, thumbprint = key.Thumbprint;
        key.Dispose();
        Collect();

        Assert.Equal("kid", JsonDocument.Parse(jwk).RootElement.GetProperty("kid").GetString());
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(jwk).RootElement, JsonDocument.Parse(set).RootElement.GetProperty("keys")[0]));
        Assert.Equal(43, thumbprint.Length);
    }

    [Fact]
    public void TextThatComesOut_HasItsNulAndItsSurrogatePairs()
    {
        using Cis2Client client = Simulator.NewClient();
        using var provider = new Provider();
        Cis2Identity identity = provider.Validate(client, new() { ["sid"] = "before\0after " + NonBmp });
        Assert.Equal("before\0after " + NonBmp, identity.SessionId);
    }

    [Fact]
    public void TextThatIsNotThere_IsNull()
    {
        using Cis2Client client = Simulator.NewClient();
        using var provider = new Provider();
        Cis2Identity identity = provider.Validate(client);
        Assert.Null(identity.SessionId);
        Assert.Null(identity.SelectedRoleId);
        Assert.Null(identity.AuthenticatedAt);
        Assert.Empty(identity.AuthenticationMethods);
    }

    // Handle out.

    [Fact]
    public void AHandleThatComesOut_IsCounted_AndFreedOnce()
    {
        long before = Cis2NativeLibrary.LiveObjects;
        Cis2SigningKey key = ReadKey(Keys.Pem, "kid");
        Assert.Equal(before + 1, Cis2NativeLibrary.LiveObjects);
        key.Dispose();
        key.Dispose();
        Assert.Equal(before, Cis2NativeLibrary.LiveObjects);
    }

    [Fact]
    public void AHandleThatDoesNotComeOut_IsInvalid()
    {
        int status = NativeMethods.cis2_config_new(uint.MaxValue, out ConfigHandle config, out nint error);
        using (config)
        {
            Assert.True(config.IsInvalid);
        }

        Assert.IsType<Cis2ConfigurationException>(NativeError.TakeException(status, error));
    }

    // Error.

    [Fact]
    public void ANullError_SaysWhatItsStatusMeans()
    {
        var thrown = Assert.IsType<Cis2TokenValidationException>(NativeError.TakeException((int)Cis2ErrorCode.Expired, error: 0));
        Assert.Equal("The token is expired.", thrown.Message);
        Assert.Null(thrown.Expected);
        Assert.Null(thrown.Found);
        Assert.Null(thrown.Remedy);
        Assert.Null(thrown.ClockOffset);
        Assert.False(thrown.IsRetryable);
    }

    [Fact]
    public void ANullError_AfterSuccess_IsNoException() => NativeError.Check(0, 0);

    [Fact]
    public void AnError_IsFreedWhenItIsRead()
    {
        var thrown = Assert.Throws<Cis2ConfigurationException>(() => ReadKey("no key", "kid"));
        Assert.StartsWith("KEY_PEM_INVALID (102): ", thrown.Message, StringComparison.Ordinal);
        Assert.NotNull(thrown.Found);
        Assert.NotNull(thrown.Remedy);
        Assert.Equal(0, Cis2NativeLibrary.LiveObjects);
    }

    // 64-bit time.

    [Theory]
    [InlineData(int.MaxValue + 1L)]
    [InlineData(uint.MaxValue + 1L)]
    [InlineData(7_258_118_400)]
    [InlineData(253_402_300_799)]
    public void ATimeBeyond2038And2106_IsTheSame(long seconds)
    {
        using Cis2Client client = Simulator.NewClient();
        using var provider = new Provider();
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(seconds), provider.Validate(client, new() { ["exp"] = seconds }).ExpiresAt);
    }

    [Fact]
    public void ATimeBeyondTheYear9999_IsRefused()
    {
        using Cis2Client client = Simulator.NewClient();
        using var provider = new Provider();
        var thrown = Assert.Throws<Cis2TokenValidationException>(() => provider.Validate(client, new() { ["exp"] = 253_402_300_800 }));
        Assert.Equal(Cis2ErrorCode.ExpiryMalformed, thrown.ErrorCode);
    }

    private static Cis2ErrorCode SetClientId(string? id)
    {
        using ConfigHandle config = Cis2Platform.LocalSimulator.NewConfig();
        using var text = new Utf8(id, stackalloc byte[Utf8.StackBytes]);
        int status = NativeMethods.cis2_config_set_client_id(config, text.Text, out nint error);
        NativeMethods.cis2_error_free(error);
        return (Cis2ErrorCode)status;
    }

    private static Cis2ErrorCode ReadKeyNatively(NativeBytes pem)
    {
        using var id = new Utf8("kid", stackalloc byte[Utf8.StackBytes]);
        int status = NativeMethods.cis2_key_from_pem(pem, default, id.Text, (uint)Cis2SigningAlgorithm.RS256, out KeyHandle key, out nint error);
        key.Dispose();
        NativeMethods.cis2_error_free(error);
        return (Cis2ErrorCode)status;
    }

    private static Cis2SigningKey ReadKey(ReadOnlySpan<char> pem, string keyId) => Cis2SigningKey.FromPem(pem, keyId, Cis2SigningAlgorithm.RS256);

    private static string? Claim(string name, Cis2ClientAssertion assertion)
    {
        byte[] payload = System.Buffers.Text.Base64Url.DecodeFromChars(assertion.Value.Split('.')[1]);
        return JsonDocument.Parse(payload).RootElement.GetProperty(name).GetString();
    }
}
