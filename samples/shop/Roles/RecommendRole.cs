namespace Weft.Shop.Roles;

/// <summary>What a user may like. Two versions run side by side; each answer says in <c>x-version</c> which one spoke.</summary>
internal static class RecommendRole
{
    private const int Suggestions = 3;

    public static void Map(WebApplication app, string version)
        => app.MapGet("/recommend", context =>
        {
            int seed = 0;
            foreach (char letter in context.Query("user", "guest"))
            {
                seed = ((seed * 31) + letter) & 0xffff;
            }

            // The second version is the bolder one: it looks further away from what it showed last.
            int stride = version == "v1" ? 1 : 4;
            string[] skus = [.. Enumerable.Range(0, Suggestions).Select(i => CatalogRole.SkuOf((seed + (i * stride)) % 12))];
            context.Response.Headers["x-version"] = version;
            return context.Response.JsonAsync(new Recommendation(version, skus), ShopJson.Default.Recommendation);
        });
}
