using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Weft.Shop.Redis;
using Weft.Shop.Upstreams;

namespace Weft.Shop.Roles;

/// <summary>Carts, kept in Redis as one hash a user (article → quantity), priced by <c>pricing</c>.</summary>
internal static class CartRole
{
    private const int QuantityMax = 1_000;
    private const string KeepSeconds = "600";

    public static void Map(WebApplication app)
    {
        RespClient redis = RespClient.Parse(Environment.GetEnvironmentVariable("REDIS_ADDR") ?? "redis:6379");
        HttpClient pricing = Upstream.Http("pricing");
        app.MapGet("/cart/{user}", Guarded(context => ShowAsync(context, redis, pricing)));
        app.MapPost("/cart/{user}/items", Guarded(context => AddAsync(context, redis)));
        app.MapDelete("/cart/{user}", Guarded(context => ClearAsync(context, redis)));
    }

    private static RequestDelegate Guarded(RequestDelegate handle) => Answers.Guarded(async context =>
    {
        try
        {
            await handle(context);
        }
        catch (RespException failure)
        {
            throw new UpstreamFailure("redis", failure.Message);
        }
    });

    private static string KeyOf(HttpContext context) => "cart:" + (string)context.Request.RouteValues["user"]!;

    private static async Task ShowAsync(HttpContext context, RespClient redis, HttpClient pricing)
    {
        RespReply reply = await redis.CallAsync(context.RequestAborted, "HGETALL", KeyOf(context));
        List<CartItem> items = [];
        for (int i = 0; i + 1 < reply.List!.Length; i += 2)
        {
            items.Add(new CartItem(reply.List[i]!, int.Parse(reply.List[i + 1]!, NumberStyles.None, CultureInfo.InvariantCulture)));
        }

        long total = items.Count == 0 ? 0 : await PriceAsync(items, pricing, context.RequestAborted);
        CartView view = new((string)context.Request.RouteValues["user"]!, items, total);
        await context.Response.JsonAsync(view, ShopJson.Default.CartView);
    }

    private static async Task<long> PriceAsync(List<CartItem> items, HttpClient pricing, CancellationToken stop)
    {
        string[] skus = [.. items.Select(item => item.Sku)];
        HttpRequestMessage ask = new(HttpMethod.Post, "/prices") { Content = JsonContent.Create(skus, ShopJson.Default.StringArray) };
        Dictionary<string, long> prices = await pricing.ReadJsonAsync(ask, ShopJson.Default.DictionaryStringInt64, stop);
        return items.Sum(item => item.Quantity * prices.GetValueOrDefault(item.Sku));
    }

    private static async Task AddAsync(HttpContext context, RespClient redis)
    {
        CartItem? item = await ReadItemAsync(context);
        if (item is not { Sku.Length: > 0, Quantity: > 0 and <= QuantityMax })
        {
            await context.Response.RefuseAsync(StatusCodes.Status400BadRequest, $"send {{\"sku\":\"sku-01\",\"quantity\":1}}, at most {QuantityMax}");
            return;
        }

        string quantity = item.Quantity.ToString(CultureInfo.InvariantCulture);
        await redis.CallAsync(context.RequestAborted, "HSET", KeyOf(context), item.Sku, quantity);
        await redis.CallAsync(context.RequestAborted, "EXPIRE", KeyOf(context), KeepSeconds);
        context.Response.StatusCode = StatusCodes.Status201Created;
        await context.Response.JsonAsync(item, ShopJson.Default.CartItem);
    }

    private static async Task<CartItem?> ReadItemAsync(HttpContext context)
    {
        try
        {
            return await context.Request.ReadFromJsonAsync(ShopJson.Default.CartItem, context.RequestAborted);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task ClearAsync(HttpContext context, RespClient redis)
    {
        await redis.CallAsync(context.RequestAborted, "DEL", KeyOf(context));
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
