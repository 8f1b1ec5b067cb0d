using System.Diagnostics.CodeAnalysis;
using Cis2Auth.Interop;
using Cis2Auth.Interop.Handles;
using Microsoft.Extensions.Logging;

namespace Cis2Auth;

/// <summary>
/// One client of one platform: begins authorizations, completes sign-ins, mints assertions. Used by any threads at once. Make
/// one at start and keep it, in ASP.NET Core as a singleton: what it learns of the provider is kept in it.
/// </summary>
/// <remarks>
/// A sign-in is two halves. Before the browser's journey: <see cref="CreateAuthorizationRequestAsync"/>, then keep
/// <see cref="Cis2AuthorizationRequest.Sealed"/> and redirect to <see cref="Cis2AuthorizationRequest.Url"/>. After it:
/// <see cref="RestoreAuthorizationRequest"/> with what was kept, then <see cref="SignInAsync"/> with the whole address at
/// which the browser arrived. Nothing runs on the library's threads but its own work: continuations are those of your tasks.
/// </remarks>
public sealed class Cis2Client : IDisposable, IAsyncDisposable
{
    private static readonly TimeSpan s_defaultRequestTimeout = TimeSpan.FromSeconds(15);

    private readonly ClientHandle _handle;
    private readonly IFlowTransport _transport;
    private string? _usualIssuer;

    [SuppressMessage("Usage", "CA2213:Disposable fields should be disposed", Justification = "It holds nothing, and a call that races with Dispose still asks it.")]
    private readonly CancellationTokenSource _closed = new();
    private int _disposed;

    /// <summary>Makes a client. Sends nothing.</summary>
    /// <param name="options">Copied. All that is missing is named in one exception.</param>
    /// <param name="httpClient">
    /// Sends the requests; stays yours. Null, the default, for the native transport. It must follow no redirects
    /// (<c>AllowAutoRedirect = false</c>) and have no handler that sends again: both are noticed and refused. A handler that
    /// copies the body and sends the copy cannot be noticed: use none.
    /// </param>
    /// <param name="logger">Gets the library's events; none of them can hold a secret. Null for none.</param>
    /// <exception cref="Cis2ConfigurationException">An option is missing or cannot be used.</exception>
    /// <exception cref="ArgumentException">An option of the native transport is set beside an HTTP client, or a duration is no whole number.</exception>
    /// <exception cref="Cis2NativeLibraryException">The native library cannot be loaded.</exception>
    public Cis2Client(Cis2ClientOptions options, HttpClient? httpClient = null, ILogger<Cis2Client>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (httpClient is not null)
        {
            ClientConfiguration.RequireNoNativeTransport(options);
        }

        using ConfigHandle config = ClientConfiguration.Build(options);
        if (logger is not null)
        {
            EventSink.Attach(config, logger);
        }

        NativeError.Check(NativeMethods.cis2_client_new(config, out _handle, out nint error), error);
        _transport = httpClient is null
            ? new NativeTransport()
            : new HttpClientTransport(httpClient, options.RequestTimeout ?? s_defaultRequestTimeout);
        Name = options.ToString();
    }

    private delegate int Begin<TArgument>(ClientHandle client, TArgument argument, out FlowHandle flow, out nint error);

    private string Name { get; }

    private bool IsDisposed => Volatile.Read(ref _disposed) != 0;

    /// <summary>Begins an authorization: a fresh state, nonce and PKCE verifier, sealed into the request. Reads the discovery document when it is not known yet.</summary>
    /// <param name="parameters">What to ask for; null for the defaults (scope <c>openid</c>).</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="Cis2ConfigurationException">Parameters that could not be sent or checked later.</exception>
    /// <exception cref="ArgumentException">A further parameter that the library sets itself, or that holds what no address can; a duration that is no whole number.</exception>
    /// <exception cref="Cis2TransportException">The provider could not be reached.</exception>
    /// <exception cref="Cis2ProtocolException">Its discovery document cannot be used.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, or the client was disposed meanwhile.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed before.</exception>
    public async Task<Cis2AuthorizationRequest> CreateAuthorizationRequestAsync(
        Cis2AuthorizationParameters? parameters = null, CancellationToken cancellationToken = default)
    {
        Cis2AuthorizationParameters wanted = parameters ?? new Cis2AuthorizationParameters();
        return await RunAsync(() => BeginAuthorization(wanted), Cis2AuthorizationRequest.Take, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Opens an authorization request that was sealed by this client, or by one with the same issuer, client id, redirect URI
    /// and state secret. Delete the text from the cookie or session there and then.
    /// </summary>
    /// <param name="sealedRequest">The text of <see cref="Cis2AuthorizationRequest.Sealed"/>.</param>
    /// <exception cref="Cis2ProtocolException">It cannot be opened, or is older than 15 minutes.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
    public Cis2AuthorizationRequest RestoreAuthorizationRequest(string sealedRequest)
    {
        ArgumentNullException.ThrowIfNull(sealedRequest);
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        return Cis2AuthorizationRequest.Take(Restore(sealedRequest));
    }

    /// <summary>
    /// Completes a sign-in: checks the callback (<c>state</c> in constant time, issuer, repeated parameters), exchanges the code
    /// with a fresh assertion, and validates the ID token in full.
    /// </summary>
    /// <param name="request">The request that belongs to this browser.</param>
    /// <param name="callback">The whole URL at which the browser arrived, or its query, or the form body that it posted; not decoded.</param>
    /// <param name="cancellationToken">Cancels. A code that was sent may be used up.</param>
    /// <exception cref="Cis2ProtocolException">The callback or the provider's answer is refused; its own words are in <see cref="Cis2ProtocolException.Error"/>.</exception>
    /// <exception cref="Cis2TokenValidationException">The ID token is refused. Nobody is signed in.</exception>
    /// <exception cref="Cis2TransportException">The provider could not be reached, or did not answer.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, or the client was disposed meanwhile.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed before.</exception>
    public async Task<Cis2SignIn> SignInAsync(Cis2AuthorizationRequest request, string callback, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(callback);
        return await RunAsync(() => BeginSignIn(request, callback), Cis2SignIn.Take, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Mints an assertion for an endpoint of this client's platform: a fresh one each call, to be sent once. Sign-ins mint their own.</summary>
    /// <param name="audience">Becomes <c>aud</c>, byte for byte; null for what the platform takes: its token endpoint or its issuer.</param>
    /// <exception cref="Cis2ConfigurationException">The platform would not take this audience; the message says in what the two differ.</exception>
    /// <exception cref="ArgumentException">The audience is empty.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
    public Cis2ClientAssertion CreateClientAssertion(string? audience = null)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        using var aud = new Utf8(audience, stackalloc byte[Utf8.StackBytes]);
        int status = NativeMethods.cis2_client_assertion(_handle, aud.Text, out AssertionHandle assertion, out nint error);
        return Cis2ClientAssertion.Take(status, assertion, error);
    }

    /// <summary>Validates an ID token that did not come out of a sign-in of this library, in full. Without the network.</summary>
    /// <param name="idToken">As received.</param>
    /// <param name="keys">The provider's.</param>
    /// <param name="expectations">The nonce that was sent, and what else it is held against.</param>
    /// <exception cref="Cis2TokenValidationException">It is refused; one code for each check.</exception>
    /// <exception cref="ObjectDisposedException">The client or the key set was disposed.</exception>
    public Cis2Identity ValidateIdToken(string idToken, Cis2KeySet keys, Cis2IdTokenExpectations expectations)
    {
        ArgumentNullException.ThrowIfNull(idToken);
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(expectations);
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        using var token = new Utf8(idToken, stackalloc byte[Utf8.TokenStackBytes]);
        using var wanted = new Utf8(expectations.ToJson(), stackalloc byte[Utf8.StackBytes]);
        int status = NativeMethods.cis2_client_validate_id_token(
            _handle, keys.Handle, token.Text, wanted.Text, out IdentityHandle identity, out nint error);
        NativeError.Check(status, error);
        using (identity)
        {
            Cis2Identity copy = Cis2Identity.Copy(identity.DangerousGetHandle(), idToken, _usualIssuer);
            GC.KeepAlive(identity);
            _usualIssuer = copy.Issuer;
            return copy;
        }
    }

    /// <summary>
    /// Cancels what is under way, and waits until the native transport and the logger are done with it. Requests over an HTTP
    /// client of yours are cancelled and not waited for. Called from inside the logger, it does not wait either.
    /// </summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        // On the pool: what a host's own transport does then must not run on a thread of the library, if that is who calls.
        _ = _closed.CancelAsync();
        // Says so and does not wait when a logger's own thread calls it: then the library ends by itself what is under way.
        _ = NativeMethods.cis2_client_close(_handle, out nint error);
        NativeMethods.cis2_error_free(error);
        _handle.Dispose();
    }

    /// <summary>The same as <see cref="Dispose"/>, waiting on the thread pool.</summary>
    public ValueTask DisposeAsync() => new(Task.Run(Dispose));

    /// <summary>Platform and client id, nothing else.</summary>
    public override string ToString() => Name;

    private FlowHandle BeginAuthorization(Cis2AuthorizationParameters parameters)
    {
        using AuthorizationParametersHandle native = parameters.ToNative();
        NativeError.Check(NativeMethods.cis2_client_begin_authorization(_handle, native, out FlowHandle flow, out nint error), error);
        return flow;
    }

    private FlowHandle BeginSignIn(Cis2AuthorizationRequest request, string callback)
    {
        using AuthorizationRequestHandle native = Restore(request.Sealed);
        using var arrived = new Utf8(callback, stackalloc byte[Utf8.StackBytes]);
        NativeError.Check(NativeMethods.cis2_client_begin_sign_in(_handle, native, arrived.Text, out FlowHandle flow, out nint error), error);
        return flow;
    }

    private AuthorizationRequestHandle Restore(string sealedRequest)
    {
        using var text = new Utf8(sealedRequest, stackalloc byte[Utf8.StackBytes]);
        NativeError.Check(
            NativeMethods.cis2_client_restore_authorization_request(_handle, text.Text, out AuthorizationRequestHandle request, out nint error), error);
        return request;
    }

    private async Task<TResult> RunAsync<TResult>(Func<FlowHandle> begin, Func<FlowHandle, TResult> take, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closed.Token);
        try
        {
            using FlowHandle flow = begin();
            await _transport.RunAsync(flow, either.Token).ConfigureAwait(false);
            return take(flow);
        }
        catch (OperationCanceledException cancelled) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancelled.Message, cancelled, cancellationToken);
        }
        catch (InvalidOperationException) when (IsDisposed)
        {
            // The client went between two steps: the library says that it is closed, or there is no handle any more.
            throw new ObjectDisposedException(typeof(Cis2Client).FullName);
        }
    }
}
