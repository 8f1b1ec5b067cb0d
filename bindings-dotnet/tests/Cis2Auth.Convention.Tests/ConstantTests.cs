using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Cis2Auth.Interop;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Cis2Auth.Convention.Tests;

/// <summary>The numbers and names of the header, of the documents and of C# are the same.</summary>
public sealed class ConstantTests
{
    [Fact]
    public void EachAlgorithm_HasTheNumberOfTheHeader() =>
        Assert.Equal(
            Numbers("ALGORITHM_"),
            Enum.GetValues<Cis2SigningAlgorithm>().Where(algorithm => algorithm != Cis2SigningAlgorithm.None)
                .Select(algorithm => (algorithm.ToString(), (int)algorithm)));

    [Fact]
    public void NoneIsNoAlgorithmOfTheHeader() => Assert.DoesNotContain((int)Cis2SigningAlgorithm.None, Numbers("ALGORITHM_").Select(pair => pair.Number));

    [Fact]
    public void EachPlatform_HasTheNumberAndTheNameOfTheHeader() =>
        Assert.Equal(
            Numbers("PLATFORM_"),
            Cis2Platform.All.Select(row => (row.Name.ToUpperInvariant().Replace('-', '_'), (int)row.Number)));

    [Fact]
    public void EachPlatform_HasTheNumberAndTheNameOfTheDocument() =>
        Assert.Equal(
            Regex.Matches(Repository.Read("docs", "cis2.md"), @"^## (\S+)\n\nNumber (\d+) at the C boundary\.", RegexOptions.Multiline)
                .Select(match => (match.Groups[1].Value, uint.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture))),
            Cis2Platform.All.Select(row => (row.Name, row.Number)));

    [Fact]
    public void EachPlatform_HasAPropertyOfItsName() =>
        Assert.Equal(
            Cis2Platform.All.Select(row => row.Name.Replace("-", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            typeof(Cis2Platform).GetProperties(BindingFlags.Static | BindingFlags.Public)
                .Where(property => property.PropertyType == typeof(Cis2Platform))
                .Select(property => property.Name.ToLowerInvariant()).Order(StringComparer.Ordinal));

    [Fact]
    public void EachLevelOfEvents_IsALevelOfTheLogger() =>
        Assert.Equal(
            [("ERROR", LogLevel.Error), ("WARNING", LogLevel.Warning), ("INFO", LogLevel.Information), ("DEBUG", LogLevel.Debug)],
            Numbers("LEVEL_").Select(pair => (pair.Name, EventSink.Level((uint)pair.Number))));

    [Fact]
    public void TheSinkAsksForEachLevelThatThereIs() =>
        Assert.Equal((uint)Numbers("LEVEL_").Max(pair => pair.Number), PrivateNumber(typeof(EventSink), "MaxLevel"));

    [Fact]
    public void TheStepThatSends_HasTheNumberOfTheHeader() =>
        Assert.Equal((uint)Header.Numbers["STEP_SEND"], PrivateNumber(typeof(FlowRequest), "Send"));

    [Fact]
    public void TheInterface_HasTheVersionOfTheHeader() => Assert.Equal(NativeLibraryLoader.AbiVersion, (uint)Header.Numbers["ABI_VERSION"]);

    [Theory]
    [InlineData(NativeLibraryLoader.AbiVersion, true)]
    [InlineData(NativeLibraryLoader.AbiVersion + 1, true)]
    [InlineData(NativeLibraryLoader.AbiVersion - 1, false)]
    [InlineData(NativeLibraryLoader.AbiVersion + 0x1_0000, false)]
    public void TheInterface_IsServedByTheSameMajorAndAtLeastTheMinor(uint found, bool serves) =>
        Assert.Equal(serves, NativeLibraryLoader.Serves(found));

    private static IEnumerable<(string Name, int Number)> Numbers(string prefix) =>
        Header.Numbers.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(pair => (pair.Key[prefix.Length..], pair.Value));

    private static uint PrivateNumber(Type type, string name) =>
        (uint)type.GetField(name, BindingFlags.Static | BindingFlags.NonPublic)!.GetRawConstantValue()!;
}
