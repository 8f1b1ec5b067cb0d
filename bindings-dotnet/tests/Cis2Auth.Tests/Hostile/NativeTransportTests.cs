using Cis2Auth.Tests.Support;
using Xunit;

namespace Cis2Auth.Tests.Hostile;

/// <summary>One row for each status, and each good row, over the library's own transport: a server speaks the row byte by byte.</summary>
public sealed class NativeTransportTests
{
    public static IEnumerable<TheoryDataRow<string, string>> GoodRows => HostileRow.Tables
        .SelectMany(table => HostileRow.All(table, "good").Where(row => !row.IsOfAnotherAddress).Select(row => new TheoryDataRow<string, string>(table, row.Name)));

    public static IEnumerable<TheoryDataRow<string, string>> OneRowForEachStatus => HostileRow.Tables
        .SelectMany(table => HostileRow.All(table, "rows").Where(row => !row.IsOfAnotherAddress).Select(row => (Table: table, Row: row)))
        .DistinctBy(row => row.Row.Expect)
        .Select(row => new TheoryDataRow<string, string>(row.Table, row.Row.Name));

    [Theory]
    [MemberData(nameof(GoodRows))]
    public async Task SignInAsync_GoodRow_SignsIn(string table, string name)
    {
        Exception? refusal = await RefusalAsync(HostileRow.Find(table, "good", name));
        Assert.True(refusal is null, refusal?.Message);
    }

    [Theory]
    [MemberData(nameof(OneRowForEachStatus))]
    public async Task SignInAsync_OneRowOfEachStatus_ThrowsTheSameCode(string table, string name)
    {
        HostileRow row = HostileRow.Find(table, "rows", name);
        Refusal.Is(row.Expect, await RefusalAsync(row));
    }

    [Fact]
    public void OnlyAnAnswerOfAnotherAddress_CannotBeTriedHere()
    {
        // The library's transport follows no redirect, so no answer of another address can come out of it.
        IEnumerable<string> all = HostileRow.Tables.SelectMany(table => HostileRow.All(table, "rows")).Select(row => row.Expect).Distinct();
        IEnumerable<string> tried = OneRowForEachStatus.Select(row => HostileRow.Find(row.Data.Item1, "rows", row.Data.Item2).Expect);
        Assert.Equal(["FINAL_URL_MISMATCH"], all.Except(tried));
    }

    private static async Task<Exception?> RefusalAsync(HostileRow row)
    {
        Provider provider = row.NewProvider();
        await using var server = new TlsServer(provider.AnswerOverWire);
        using Cis2Client client = TestClient.Native(server.Address);
        return await row.NewConversation(provider).RefusalAsync(client);
    }
}
