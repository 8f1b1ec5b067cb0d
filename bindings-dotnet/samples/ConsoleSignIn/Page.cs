using System.Net;
using System.Text;

namespace ConsoleSignIn;

/// <summary>What the browser shows when it is back.</summary>
internal static class Page
{
    public static void Show(this HttpListenerContext browser, string sentence)
    {
        browser.Response.ContentType = "text/html; charset=utf-8";
        browser.Response.Close(Encoding.UTF8.GetBytes($"<!doctype html><html lang=en><title>Sign in</title><p>{sentence}</p></html>"), willBlock: true);
    }
}
