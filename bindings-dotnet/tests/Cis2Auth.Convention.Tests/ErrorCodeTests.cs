using System.Text.RegularExpressions;
using System.Xml.Linq;
using Cis2Auth.Interop;
using Xunit;

namespace Cis2Auth.Convention.Tests;

/// <summary>Each status of the header is a <see cref="Cis2ErrorCode"/> and ends in the exception of its family.</summary>
public sealed class ErrorCodeTests
{
    public static TheoryData<Cis2ErrorCode> Failures { get; } =
        new(Enum.GetValues<Cis2ErrorCode>().Where(code => code != Cis2ErrorCode.None));

    [Fact]
    public void EachStatus_HasAnErrorCodeOfItsNumberAndName() =>
        Assert.Equal(
            // What is no failure is none.
            Header.Statuses.Select(status => (status.Number, status.Number == 0 ? "NONE" : status.Name.Replace("_", "", StringComparison.Ordinal))),
            Enum.GetValues<Cis2ErrorCode>().Select(code => ((int)code, code.ToString().ToUpperInvariant())));

    [Fact]
    public void EachErrorCode_IsDocumentedWithTheSentenceOfTheHeader()
    {
        Dictionary<string, string> documented = XDocument.Load(Path.Combine(AppContext.BaseDirectory, "Cis2Auth.xml"))
            .Descendants("member")
            .Select(member => (Name: member.Attribute("name")!.Value, Summary: member.Element("summary")))
            .Where(member => member.Name.StartsWith("F:Cis2Auth.Cis2ErrorCode.", StringComparison.Ordinal))
            .ToDictionary(member => member.Name["F:Cis2Auth.Cis2ErrorCode.".Length..], member => Markdown(member.Summary!));

        Assert.All(Header.Statuses.Where(status => status.Number != 0), status =>
            Assert.Equal(status.Sentence, documented[((Cis2ErrorCode)status.Number).ToString()]));
    }

    [Fact]
    public void EachErrorCode_StandsInTheDocumentOfErrors()
    {
        string[] rows = [.. Regex.Matches(Repository.Read("docs", "errors.md"), @"^\| (\d+) \| `(\w+)`", RegexOptions.Multiline)
            .Select(match => match.Groups[1].Value + match.Groups[2].Value.Replace("_", "", StringComparison.Ordinal))];
        Assert.Equal(rows.Skip(1), Failures.Select(row => (Cis2ErrorCode)row.Data).Select(code => $"{(int)code}{code.ToString().ToUpperInvariant()}"));
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public void EachFailure_IsTheExceptionOfItsFamilyAndCarriesItsNumber(Cis2ErrorCode code)
    {
        Exception thrown = NativeError.TakeException((int)code, error: 0);

        Assert.IsType(Expected(code), thrown, exactMatch: true);
        Assert.Equal((int)code, thrown is Cis2Exception ours ? (int)ours.ErrorCode : thrown.Data["Cis2ErrorCode"]);
        Assert.NotEmpty(thrown.Message);
    }

    [Theory]
    [InlineData(99, typeof(Cis2Exception))]
    [InlineData(199, typeof(Cis2ConfigurationException))]
    [InlineData(299, typeof(Cis2TransportException))]
    [InlineData(399, typeof(Cis2ProtocolException))]
    [InlineData(499, typeof(Cis2TokenValidationException))]
    [InlineData(500, typeof(Cis2Exception))]
    [InlineData(-1, typeof(Cis2Exception))]
    public void AStatusOfALaterVersion_IsTheExceptionOfItsFamily(int status, Type expected)
    {
        Exception thrown = NativeError.TakeException(status, error: 0);

        Assert.IsType(expected, thrown, exactMatch: true);
        Assert.Equal(status, (int)((Cis2Exception)thrown).ErrorCode);
    }

    private static Type Expected(Cis2ErrorCode code) => code switch
    {
        Cis2ErrorCode.InvalidArgument => typeof(ArgumentException),
        Cis2ErrorCode.InvalidState or Cis2ErrorCode.NeedsSignature => typeof(InvalidOperationException),
        Cis2ErrorCode.Cancelled => typeof(OperationCanceledException),
        Cis2ErrorCode.WaitTimeout => typeof(TimeoutException),
        Cis2ErrorCode.NotFound => typeof(KeyNotFoundException),
        < (Cis2ErrorCode)100 => typeof(Cis2Exception),
        < (Cis2ErrorCode)200 => typeof(Cis2ConfigurationException),
        < (Cis2ErrorCode)300 => typeof(Cis2TransportException),
        < (Cis2ErrorCode)400 => typeof(Cis2ProtocolException),
        _ => typeof(Cis2TokenValidationException),
    };

    /// <summary>The text of a summary as the header writes it: code between backticks.</summary>
    private static string Markdown(XElement summary) =>
        string.Concat(summary.Nodes().Select(node => node is XElement { Name.LocalName: "c" } code ? $"`{code.Value}`" : ((XText)node).Value)).Trim();
}
