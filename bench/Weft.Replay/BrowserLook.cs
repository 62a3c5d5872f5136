using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Weft.Contracts.Api;

namespace Weft.Replay;

/// <summary>The map in a real Chromium while the fleet plays on: from the key that asks for it until it is painted. The dashboard's own test does it.</summary>
internal static partial class BrowserLook
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(4);

    /// <param name="api">Of the server that serves the page.</param>
    /// <param name="web">The folder with the dashboard's tests and their packages.</param>
    /// <param name="service">What is focused.</param>
    /// <exception cref="InvalidOperationException">The test did not come to its figures; the message has what it said.</exception>
    internal static async Task<List<ApiTime>> TakeAsync(HttpClient api, string web, string service)
    {
        using HttpResponseMessage issued = await api.PostAsJsonAsync("/v1/login-urls", new LoginUrlRequest("viewer"), ApiJson.Default.LoginUrlRequest);
        LoginUrl login = (await issued.EnsureSuccessStatusCode().Content.ReadFromJsonAsync(ApiJson.Default.LoginUrl))!;
        ProcessStartInfo start = new("npx", ["vitest", "run", "--config", "vitest.e2e.config.ts", "e2e/large.e2e.ts"])
        {
            WorkingDirectory = web,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["WEFT_PAGE"] = login.Url;
        start.Environment["WEFT_FOCUS"] = service;
        using Process test = Process.Start(start)!;
        using CancellationTokenSource late = new(s_patience);
        Task<string> errors = test.StandardError.ReadToEndAsync(late.Token);
        string said = await test.StandardOutput.ReadToEndAsync(late.Token);
        await test.WaitForExitAsync(late.Token);
        Match figures = Figures().Match(said);
        return figures.Success
            ? [Time("in Chromium: map overview", figures.Groups[1].Value), Time("in Chromium: focus", figures.Groups[2].Value)]
            : throw new InvalidOperationException($"the look in Chromium failed: {said} {await errors}");
    }

    private static ApiTime Time(string question, string ms) => new(question, double.Parse(ms, CultureInfo.InvariantCulture), 0);

    [GeneratedRegex(@"map overview ([0-9]+) ms .*focus ([0-9]+) ms")]
    private static partial Regex Figures();
}
