using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Xunit;

namespace Cis2Auth.Convention.Tests;

/// <summary>Rules that each public type keeps, those to come too.</summary>
public sealed partial class PublicApiTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Type[] s_types = typeof(Cis2Client).Assembly.GetExportedTypes();

    /// <summary>What is secret though its name does not say so.</summary>
    private static readonly HashSet<string> s_secretAllTheSame =
    [
        "Cis2AuthorizationRequest.Url",
        "Cis2ClientAssertion.Value",
        "Cis2ClientOptions.Proxy",
        "Cis2Identity.Claims",
        "Cis2Identity.ClaimsJson",
    ];

    /// <summary>The types that a secret can be of.</summary>
    private static readonly Type[] s_carriers =
        [typeof(string), typeof(byte[]), typeof(ReadOnlyMemory<byte>), typeof(ReadOnlyMemory<byte>?), typeof(IDictionary<string, string>)];

    [Fact]
    public void NoMember_ShowsAPointerOrAHandle()
    {
        Assert.NotEmpty(Visible());
        Assert.All(Visible(), member => Assert.DoesNotContain(Mentioned(member), type =>
            type.IsPointer || type == typeof(nint) || type == typeof(nuint) || type.IsSubclassOf(typeof(SafeHandle)) || type.IsFunctionPointer));
    }

    [Fact]
    public void NoMember_IsAUri() =>
        Assert.All(Visible(), member => Assert.DoesNotContain(Mentioned(member), type => type == typeof(Uri) || type == typeof(UriBuilder)));

    [Fact]
    public void EachAsynchronousMethod_IsNamedSoAndTakesACancellationTokenLast()
    {
        MethodInfo[] methods = [.. Methods().Where(method => IsTask(method.ReturnType))];
        Assert.NotEmpty(methods);
        Assert.All(methods, method =>
        {
            Assert.EndsWith("Async", method.Name, StringComparison.Ordinal);
            if (method.Name != nameof(IAsyncDisposable.DisposeAsync))
            {
                ParameterInfo last = method.GetParameters()[^1];
                Assert.Equal(typeof(CancellationToken), last.ParameterType);
                Assert.True(last.HasDefaultValue, method.Name);
            }
        });
    }

    [Fact]
    public void NoAsynchronousMethod_HasASynchronousTwin() =>
        Assert.All(
            Methods().Where(method => method.Name.EndsWith("Async", StringComparison.Ordinal) && method.Name != nameof(IAsyncDisposable.DisposeAsync)),
            method => Assert.DoesNotContain(Methods(), other =>
                other.DeclaringType == method.DeclaringType && other.Name == method.Name[..^"Async".Length]));

    [Fact]
    public void EachException_IsSealedButTheBase()
    {
        Type[] exceptions = [.. s_types.Where(type => type.IsSubclassOf(typeof(Exception)))];
        Assert.Contains(typeof(Cis2Exception), exceptions);
        Assert.All(exceptions, type =>
        {
            Assert.Equal(type != typeof(Cis2Exception), type.IsSealed);
            // Made by the library alone: each has its number.
            Assert.Empty(type.GetConstructors(BindingFlags.Public | BindingFlags.Instance));
        });
    }

    [Fact]
    public void EachOtherClass_IsSealedButTheOneThatStandsInForAnother() =>
        Assert.All(
            s_types.Where(type => type.IsClass && !type.IsSubclassOf(typeof(Exception))),
            type => Assert.True(type.IsSealed || type == typeof(Compatibility.UserRestrictedJwtHandler), type.Name));

    [Fact]
    public void EachSecretProperty_IsHiddenFromTheDebugger()
    {
        PropertyInfo[] secrets = [.. Secrets()];
        Assert.Empty(s_secretAllTheSame.Except(secrets.Select(Name)));
        Assert.All(secrets, property =>
            Assert.True(property.GetCustomAttribute<DebuggerBrowsableAttribute>()?.State == DebuggerBrowsableState.Never, Name(property)));
    }

    [Fact]
    public void EachTypeThatHoldsASecret_HasAToStringOfItsOwn() =>
        Assert.All(Secrets().Select(property => property.DeclaringType!).Distinct(), type =>
            Assert.Equal(type, type.GetMethod(nameof(ToString), Type.EmptyTypes)!.DeclaringType));

    [Fact]
    public void EachDisposableType_IsDisposedTheSameWay() =>
        Assert.All(
            s_types.Where(type => type.IsAssignableTo(typeof(IAsyncDisposable))),
            type => Assert.True(type.IsAssignableTo(typeof(IDisposable)), type.Name));

    private static IEnumerable<PropertyInfo> Secrets() =>
        s_types.SelectMany(type => type.GetProperties(Declared))
            .Where(property => property.GetMethod is { IsPublic: true })
            .Where(property => s_secretAllTheSame.Contains(Name(property))
                || (SecretName().IsMatch(property.Name) && s_carriers.Contains(property.PropertyType)));

    private static string Name(PropertyInfo property) => $"{property.DeclaringType!.Name}.{property.Name}";

    private static IEnumerable<MethodInfo> Methods() => s_types.SelectMany(type => type.GetMethods(Declared)).Where(method => method.IsPublic);

    private static bool IsTask(Type type) =>
        type == typeof(Task) || type == typeof(ValueTask)
        || (type.IsGenericType && type.GetGenericTypeDefinition() is { } open && (open == typeof(Task<>) || open == typeof(ValueTask<>)));

    private static IEnumerable<MemberInfo> Visible() => s_types.SelectMany(type => type.GetMembers(Declared)).Where(member => member switch
    {
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
        _ => false,
    });

    private static IEnumerable<Type> Mentioned(MemberInfo member) => (member switch
    {
        MethodInfo method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType),
        ConstructorInfo constructor => constructor.GetParameters().Select(parameter => parameter.ParameterType),
        FieldInfo field => [field.FieldType],
        _ => [],
    }).SelectMany(type => type.IsGenericType ? type.GetGenericArguments().Append(type) : [type]);

    [GeneratedRegex("(Token|Secret|Nonce|Verifier|Sealed|Password|Code|State)$")]
    private static partial Regex SecretName();
}
