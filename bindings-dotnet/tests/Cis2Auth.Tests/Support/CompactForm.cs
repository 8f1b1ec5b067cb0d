using System.Text;

namespace Cis2Auth.Tests.Support;

/// <summary>The compact form of a JWS (RFC 7515 section 7.1), exact or odd in one of the ways that rows name.</summary>
internal static class CompactForm
{
    public static string Write(string header, byte[] payload, string form, string signature)
    {
        string first = Base64.Url(Encoding.UTF8.GetBytes(form == "list_as_header" ? $"[{header}]" : header));
        string second = Base64.Url(payload);
        switch (form)
        {
            case "pad_payload":
                second += new string('=', 4 - (second.Length % 4));
                break;
            case "space_in_header":
                first = first.Insert(4, " ");
                break;
            case "bang_in_header":
                first = first.Insert(4, "!");
                break;
        }

        string input = $"{first}.{second}";
        string third = Base64.Url(ProviderKeys.Sign(signature, Encoding.UTF8.GetBytes(input)));
        return form switch
        {
            "trailing_bits" => $"{input}.{third[..^1]}{(char)(third[^1] + 1)}",
            "pad_signature" => $"{input}.{third}==",
            "two_parts" => input,
            "four_parts" => $"{input}.{third}.x",
            "opaque" => World.AccessToken,
            "exact" or "pad_payload" or "space_in_header" or "bang_in_header" or "list_as_header" => $"{input}.{third}",
            _ => throw new ArgumentException($"no compact form is called {form}"),
        };
    }
}
