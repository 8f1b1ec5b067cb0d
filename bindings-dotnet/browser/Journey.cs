namespace Cis2Auth.Browser;

/// <summary>What a person does with the sample and sees there, one check a line.</summary>
internal sealed class Journey(Chromium browser, string service, string screenshots)
{
    private const string SignInButton = "form[action='/Begin'] button";
    private const string SignOutButton = "form[action='/End'] button";
    private const string Heading = "document.querySelector('h1').textContent";

    public int Failed { get; private set; }

    public async Task RunAsync()
    {
        await browser.OpenAsync(service);
        await browser.ScreenshotAsync(Screenshot("button"));
        await CheckAsync("the page has the button", "document.querySelector(\"form[action='/Begin'] button\").textContent", "Sign in with NHS Care Identity");
        await CheckAsync("the page has its colours", "getComputedStyle(document.querySelector('header')).backgroundColor", "rgb(0, 94, 184)");
        await CheckAsync("the page says its language", "document.documentElement.lang", "en-GB");

        await browser.TabAsync();
        await browser.ScreenshotAsync(Screenshot("button-focus"));
        await CheckAsync("the keyboard reaches the button", "document.activeElement.textContent", "Sign in with NHS Care Identity");
        await browser.EnterAsync();
        await browser.ScreenshotAsync(Screenshot("simulator"));
        await CheckAsync("the button leads to the simulator, whose CA is trusted", "location.hostname + ' ' + " + Heading, "cis2.localhost Who are you?");

        // Each form is a person with a role.
        await browser.ClickAsync("form:nth-of-type(2) button");
        await browser.ScreenshotAsync(Screenshot("signed-in"));
        await CheckAsync("the person is signed in", Heading, "You are signed in");
        await CheckAsync("the page says who, how sure, in which role", "[...document.querySelectorAll('dd')].map(one => one.textContent).join(' ')", "656005750104 AAL3 555254240100");
        await CheckAsync("no code is left in the address", "location.pathname + location.search", "/");
        // Their number alone: what they hold must not be printed.
        await CheckAsync("scripts see no cookie", "document.cookie.split(';').filter(one => one).length", "0");

        await browser.OpenAsync(browser.Visited.Last(address => address.StartsWith($"{service}/callback?", StringComparison.Ordinal)));
        await browser.ScreenshotAsync(Screenshot("reloaded"));
        await CheckAsync("the callback serves once", "document.querySelector('#code').textContent", "NothingPending");

        await browser.OpenAsync(service);
        await browser.ClickAsync(SignOutButton);
        await CheckAsync("the person is signed out", Heading, "Sign in");

        await browser.ClickAsync(SignInButton);
        await browser.ClickAsync("form:last-of-type button");
        await browser.ScreenshotAsync(Screenshot("refused"));
        await CheckAsync("a person who cancels is told what to do", "document.querySelector('#remedy').textContent.length > 20", "True");
        await CheckAsync("and what CIS2 said", "document.querySelector('#words').textContent.split(':')[0]", "access_denied");
        await browser.ClickAsync(SignInButton);
        await CheckAsync("the page of a refusal leads back to CIS2", "location.hostname", "cis2.localhost");

        // That there is no icon, and the statuses of the two refusals.
        Verdict("the browser has nothing to complain of", string.Join("; ", browser.Complaints.Where(text => !text.Contains("the server responded with a status of", StringComparison.Ordinal))), "");
    }

    private string Screenshot(string name) => Path.Combine(screenshots, $"{name}.png");

    private async Task CheckAsync(string name, string expression, string expected) => Verdict(name, await browser.EvaluateAsync(expression), expected);

    private void Verdict(string name, string found, string expected)
    {
        if (found == expected)
        {
            Console.WriteLine($"ok {name}");
            return;
        }

        Failed++;
        Console.WriteLine($"not ok {name}: expected \"{expected}\", found \"{found}\"");
    }
}
