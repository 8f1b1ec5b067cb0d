using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Cis2Auth.Tests.Support;
using Xunit;

namespace Cis2Auth.Tests.Hostile;

/// <summary>A row of <c>tests/vectors/hostile</c>: which table, and what becomes of it in a sign-in.</summary>
internal sealed class HostileRow
{
    public static readonly string[] Tables = ["callbacks", "token_answers", "id_tokens"];

    private readonly JsonNode _row;
    private readonly string _table;

    private HostileRow(string table, JsonNode row)
    {
        _table = table;
        _row = row;
    }

    public string Name => (string)_row["name"]!;

    public string Expect => (string)_row["expect"]!;

    public JsonNode? Words => _row["words"];

    /// <summary>Whom a good row signs in.</summary>
    public string Subject => _row["claims"]?["sub"]?.GetValueKind() == System.Text.Json.JsonValueKind.String ? (string)_row["claims"]!["sub"]! : World.Subject;

    /// <summary>An answer of another address than the one asked: only a host that follows redirects can bring it.</summary>
    public bool IsOfAnotherAddress => _row["final_url"] is not null;

    /// <summary>Whether an <see cref="HttpResponseMessage"/> can hold the row's header lines.</summary>
    public bool FitsMessage => CannedHandler.CanSay((string?)_row["headers"] ?? string.Empty);

    public static IEnumerable<HostileRow> All(string table, string list) =>
        Repository.Table($"hostile/{table}.json")[list]!.AsArray().Select(row => new HostileRow(table, row!));

    public static HostileRow Find(string table, string list, string name) => All(table, list).Single(row => row.Name == name);

    public static IEnumerable<TheoryDataRow<string>> Names(string table, string list) => All(table, list).Select(row => new TheoryDataRow<string>(row.Name));

    /// <summary>How many rows the file has, counted in its text and not by its parser.</summary>
    public static int CountInText(string table) => Regex.Count(File.ReadAllText(Repository.Vectors($"hostile/{table}.json")), "\"name\":");

    public Provider NewProvider() => new() { Metadata = _row["metadata"], KeySet = ProviderKeys.KeySet(_row) };

    public Conversation NewConversation(Provider provider) => _table switch
    {
        "callbacks" => new Conversation(provider) { Callback = (string)_row["callback"]! },
        "token_answers" => new Conversation(provider) { Answer = TokenAnswer },
        _ => new Conversation(provider)
        {
            Parameters = _row["parameters"],
            HasTimesAtAnEdge = true,
            Answer = world => new(200, "Content-Type: application/json\r\n", world.AnswerBody(row: null, world.IdToken(_row))),
        },
    };

    /// <summary>The ID token of a row of that table.</summary>
    public string IdToken(World world) => world.IdToken(_row);

    /// <summary>What it is held against, as if it came out of a sign-in.</summary>
    public Cis2IdTokenExpectations Expectations(string nonce) => new(nonce)
    {
        AccessToken = World.AccessToken,
        AcrValues = (string?)_row["parameters"]?["acr_values"],
        MaxAge = _row["parameters"]?["max_age_s"] is { } seconds ? TimeSpan.FromSeconds((long)seconds) : null,
        LoginAskedAt = (string?)_row["parameters"]?["prompt"] == "login" ? DateTimeOffset.UtcNow : null,
        MaxIssueAge = TimeSpan.FromMinutes(10),
    };

    public string KeySet => ProviderKeys.KeySet(_row);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_table}: {Name}");

    private Canned TokenAnswer(World world)
    {
        JsonNode? odd = _row["at_hash"] is null ? null : JsonNode.Parse("""{"claims": {"at_hash": {"$remove": true}}}""");
        string? finalUrl = (string?)_row["final_url"];
        return new Canned(
            (int?)_row["status"] ?? 200,
            (string?)_row["headers"] ?? "Content-Type: application/json\r\n",
            world.AnswerBody(_row, world.IdToken(odd)),
            finalUrl is null ? null : world.Text(finalUrl));
    }
}
