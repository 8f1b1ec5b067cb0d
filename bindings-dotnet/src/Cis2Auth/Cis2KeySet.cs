using Cis2Auth.Interop;
using Cis2Auth.Interop.Handles;

namespace Cis2Auth;

/// <summary>A provider's public keys, parsed once: for ID tokens that did not come out of a sign-in of this library. Immutable; used by any threads at once.</summary>
public sealed class Cis2KeySet : IDisposable
{
    private Cis2KeySet(KeySetHandle handle) => Handle = handle;

    internal KeySetHandle Handle { get; }

    /// <summary>Reads a JWK set (RFC 7517 section 5), such as your server fetched from a provider's <c>jwks_uri</c>.</summary>
    /// <param name="jwkSet">The document. Keys in it that cannot verify signatures are left out.</param>
    /// <exception cref="Cis2ProtocolException">It cannot be read.</exception>
    /// <exception cref="ArgumentException">The string holds a lone surrogate, which no document can.</exception>
    /// <exception cref="Cis2NativeLibraryException">The native library cannot be loaded.</exception>
    public static Cis2KeySet FromJson(string jwkSet)
    {
        ArgumentNullException.ThrowIfNull(jwkSet);
        return FromJson(Utf8.Strict.GetBytes(jwkSet));
    }

    /// <summary>Reads a JWK set (RFC 7517 section 5), such as your server fetched from a provider's <c>jwks_uri</c>.</summary>
    /// <param name="jwkSet">The document, UTF-8. Keys in it that cannot verify signatures are left out.</param>
    /// <exception cref="Cis2ProtocolException">It cannot be read.</exception>
    /// <exception cref="Cis2NativeLibraryException">The native library cannot be loaded.</exception>
    public static unsafe Cis2KeySet FromJson(ReadOnlySpan<byte> jwkSet)
    {
        NativeLibraryLoader.EnsureLoaded();
        byte none = 0;
        fixed (byte* start = jwkSet)
        {
            var json = new NativeBytes(start is null ? &none : start, jwkSet.Length);
            NativeError.Check(NativeMethods.cis2_key_set_from_json(json, out KeySetHandle keys, out nint error), error);
            return new Cis2KeySet(keys);
        }
    }

    /// <summary>Gives up the keys.</summary>
    public void Dispose() => Handle.Dispose();
}
