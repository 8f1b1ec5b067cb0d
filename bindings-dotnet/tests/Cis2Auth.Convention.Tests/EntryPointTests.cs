using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Cis2Auth.Interop;
using Cis2Auth.Interop.Handles;
using Xunit;

namespace Cis2Auth.Convention.Tests;

/// <summary>The declarations of C# and the header say the same.</summary>
public sealed class EntryPointTests
{
    private static readonly Dictionary<string, MethodInfo> s_methods = typeof(NativeMethods)
        .GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly)
        .Where(method => method.Name.StartsWith("cis2_", StringComparison.Ordinal))
        .ToDictionary(method => method.Name);

    private static readonly Dictionary<string, string> s_notBound = Repository
        .Read("bindings-dotnet", "tests", "Cis2Auth.Convention.Tests", "not_bound.txt")
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Where(line => !line.StartsWith('#'))
        .Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
        .ToDictionary(parts => parts[0], parts => parts.ElementAtOrDefault(1) ?? "");

    [Fact]
    public void EachFunctionOfTheHeader_IsDeclaredOrNamedWithTheReasonWhyNot() =>
        Assert.Equal(
            Header.Functions.Keys.Order(StringComparer.Ordinal),
            s_methods.Keys.Concat(s_notBound.Keys).Order(StringComparer.Ordinal));

    [Fact]
    public void EachFunctionThatIsNotBound_HasAReason() =>
        Assert.All(s_notBound, entry => Assert.True(entry.Value.Length > 20, entry.Key));

    [Fact]
    public void EachDeclaration_HasTheParametersAndTheResultOfTheHeader() =>
        Assert.All(s_methods, pair =>
        {
            (string result, string[] parameters) = Header.Functions[pair.Key];
            MethodInfo method = pair.Value;
            bool frees = pair.Key.EndsWith("_free", StringComparison.Ordinal);
            Assert.Equal([.. parameters.Select(type => frees ? "IntPtr" : CSharp(type)), CSharp(result)], Shapes(method));
        });

    [Fact]
    public void NoDeclaration_TakesTextOrBoolOrAnArray() =>
        Assert.All(s_methods.Values.SelectMany(method => method.GetParameters()), parameter =>
            Assert.False(
                parameter.ParameterType == typeof(string) || parameter.ParameterType == typeof(bool) || parameter.ParameterType.IsArray,
                $"{parameter.Member.Name}: {parameter.Name}"));

    [Fact]
    public void EachDeclaration_LiesInTheFileOfItsType()
    {
        // NativeMethods.KIND.cs; what belongs to no type stands in NativeMethods.Version.cs.
        foreach (string file in Repository.Sources("src/Cis2Auth/Interop"))
        {
            if (Path.GetFileName(file).Split('.') is not ["NativeMethods", var kind and not "Version", "cs"])
            {
                continue;
            }

            string prefix = "cis2_" + Snake(kind) + "_";
            Assert.All(
                Regex.Matches(File.ReadAllText(file), @"static partial \S+ (cis2_\w+)\(").Select(match => match.Groups[1].Value),
                name => Assert.StartsWith(prefix, name, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void EachOwnedTypeOfTheHeader_HasOneHandleThatFreesIt()
    {
        Type[] handles = [.. typeof(NativeMethods).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(SafeHandle)))];
        Assert.All(handles, handle => Assert.True(handle is { IsSealed: true, IsNotPublic: true }, handle.Name));
        string[] frees = [.. handles.Select(handle => $"cis2_{Snake(Stem(handle))}_free")];
        // An error is read and freed in one place, between the call and its exception.
        Assert.Equal(
            Header.Functions.Keys.Where(name => name.EndsWith("_free", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            frees.Append("cis2_error_free").Order(StringComparer.Ordinal));

        Assert.All(handles, handle =>
        {
            string source = Repository.Read("bindings-dotnet", "src", "Cis2Auth", "Interop", "Handles", handle.Name + ".cs");
            Assert.Equal([$"cis2_{Snake(Stem(handle))}_free(handle)"], Regex.Matches(source, @"cis2_\w+_free\(\w+\)").Select(match => match.Value));
        });
    }

    private static string Stem(Type handle) => handle.Name[..^"Handle".Length];

    private static string Snake(string name) => Regex.Replace(name, "(?<!^)([A-Z])", "_$1").ToLowerInvariant();

    private static string[] Shapes(MethodInfo method) =>
        [.. method.GetParameters().Select(parameter => Shape(parameter.ParameterType)), Shape(method.ReturnType)];

    private static string Shape(Type type) => type switch
    {
        { IsByRef: true } => "out " + Shape(type.GetElementType()!),
        { IsUnmanagedFunctionPointer: true } => "callback",
        _ when type.IsSubclassOf(typeof(SafeHandle)) => "handle " + Snake(Stem(type)),
        _ when type == typeof(byte*) => "text that lives for ever",
        _ => type.Name,
    };

    /// <summary>The shape that C# gives a type of C. What is only ever borrowed there has no SafeHandle: it is a bare pointer.</summary>
    private static string CSharp(string c)
    {
        string bare = c.Replace("const ", "", StringComparison.Ordinal);
        return bare switch
        {
            "void" => "Void",
            "void *" => "IntPtr",
            "char *" => "text that lives for ever",
            "cis2_status" => "Int32",
            "int64_t" => "Int64",
            "size_t" => "UIntPtr",
            "uint16_t" => "UInt16",
            "uint32_t" => "UInt32",
            "uint64_t" => "UInt64",
            "cis2_str" => nameof(NativeText),
            "cis2_bytes" => nameof(NativeBytes),
            _ when bare.EndsWith("_fn", StringComparison.Ordinal) => "callback",
            "cis2_error **" => "out IntPtr",
            "cis2_error *" or "cis2_event *" or "cis2_identity *" or "cis2_tokens *" => "IntPtr",
            _ when bare.EndsWith(" **", StringComparison.Ordinal) => "out " + Handle(bare[..^3]),
            _ when bare is "cis2_str *" or "uint32_t *" => "out " + CSharp(bare[..^2]),
            _ => Handle(bare[..^2]),
        };
    }

    private static string Handle(string type) => "handle " + type["cis2_".Length..];
}
