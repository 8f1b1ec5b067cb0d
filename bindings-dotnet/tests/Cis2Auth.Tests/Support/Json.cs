using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cis2Auth.Tests.Support;

/// <summary>JSON as a provider writes it: no escapes where none are needed.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions s_plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Text(JsonNode? node) => node?.ToJsonString(s_plain) ?? "null";

    /// <summary>An object's text with raw text put in at its end.</summary>
    public static string Inserted(string text, string? insert) => insert is null ? text : $"{text[..^1]},{insert}}}";
}
