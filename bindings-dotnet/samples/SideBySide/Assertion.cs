using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SideBySide;

/// <summary>What can be shown of an assertion that was sent: header and claims without the signature, and what CIS2 said.</summary>
internal sealed class Assertion
{
    private const int NameWidth = 7;
    private const int ColumnWidth = 58;

    private static readonly JsonSerializerOptions s_plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _title;
    private readonly JsonObject _header;
    private readonly JsonObject _claims;
    private readonly Verdict _verdict;

    private Assertion(string title, string assertion, Verdict verdict)
    {
        string[] parts = assertion.Split('.');
        _title = title;
        _header = Decoded(parts[0]);
        _claims = Decoded(parts[1]);
        _verdict = verdict;
    }

    public bool IsTaken => _verdict.Taken;

    public static async Task<Assertion> SendAsync(LocalCis2 cis2, string title, string assertion) =>
        new(title, assertion, await cis2.ExchangeAsync(assertion));

    public static void Print(Assertion left, Assertion right)
    {
        Row(string.Empty, left._title, right._title);
        Line();
        Members(left._header, right._header);
        Line();
        Members(left._claims, right._claims);
        Line();
        Row("CIS2", left._verdict.Said, right._verdict.Said);
        Row("reason", left._verdict.Reason, right._verdict.Reason);
        Console.WriteLine();
    }

    private static void Members(JsonObject left, JsonObject right)
    {
        foreach (string name in left.Concat(right).Select(member => member.Key).Distinct())
        {
            Row(name, Text(left[name]), Text(right[name]));
        }
    }

    private static string Text(JsonNode? value) => value?.ToJsonString(s_plain) ?? "-";

    private static JsonObject Decoded(string part) => JsonNode.Parse(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(part)))!.AsObject();

    private static void Line() => Console.WriteLine($"{new string('-', NameWidth)}+-{new string('-', ColumnWidth)}+-{new string('-', ColumnWidth)}");

    private static void Row(string name, string left, string right)
    {
        string[] leftLines = Folded(left);
        string[] rightLines = Folded(right);
        for (int line = 0; line < Math.Max(leftLines.Length, rightLines.Length); line++)
        {
            string first = leftLines.ElementAtOrDefault(line) ?? string.Empty;
            string second = rightLines.ElementAtOrDefault(line) ?? string.Empty;
            Console.WriteLine($"{(line == 0 ? name : string.Empty),-NameWidth}| {first,-ColumnWidth}| {second}");
        }
    }

    // An address has no place to break at: everything is cut where the column ends.
    private static string[] Folded(string text) => [.. text.Chunk(ColumnWidth).Select(piece => new string(piece))];
}
