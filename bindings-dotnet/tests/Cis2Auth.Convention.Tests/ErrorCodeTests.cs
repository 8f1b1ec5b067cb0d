using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Xunit;

namespace Cis2Auth.Convention.Tests;

public sealed class ErrorCodeTests
{
    [Fact]
    public void EachStatusOfTheHeader_HasAnErrorCodeOfItsNumber()
    {
        string root = typeof(ErrorCodeTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!;
        string header = File.ReadAllText(Path.Combine(root, "include", "cis2.h"));
        int[] statuses = [.. Regex.Matches(header, @"CIS2_STATUS_[A-Z0-9_]+ = (\d+),").Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];
        Assert.Equal(statuses, Enum.GetValues<Cis2ErrorCode>().Select(code => (int)code));
    }
}
