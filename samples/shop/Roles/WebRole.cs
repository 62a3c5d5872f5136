using System.Net.Http.Json;
using Grpc.Core;
using Microsoft.Extensions.Primitives;
using Weft.Shop.Protos;
using Weft.Shop.Upstreams;

namespace Weft.Shop.Roles;

/// <summary>The front of the shop: every page is put together from what the neighbours answer.</summary>
internal static class WebRole
{
    private const string Welcome = "<!doctype html><title>Shop</title><h1>Thread and loom</h1><p><a href=/api/home>home</a> <a href=/api/export>export</a>\n";

    public static void Map(WebApplication app)
    {
        HttpClient catalog = Upstream.Http("catalog");
        HttpClient cart = Upstream.Http("cart");
        HttpClient recommend = Upstream.Http("recommend");
        HttpClient reviews = Upstream.Http("reviews");
        Orders.OrdersClient orders = new(Upstream.Grpc("orders"));

        app.MapGet("/", context =>
        {
            context.Response.ContentType = "text/html";
            context.Response.ContentLength = Welcome.Length;
            return context.Response.WriteAsync(Welcome);
        });
        app.MapGet("/api/home", Answers.Guarded(context => HomeAsync(context, catalog, cart, recommend, reviews)));
        app.MapPost("/api/cart", Answers.Guarded(context => AddAsync(context, cart)));
        app.MapPost("/api/checkout", Answers.Guarded(context => CheckoutAsync(context, cart, orders)));
        app.MapGet("/api/export", Answers.Guarded(context => ExportAsync(context, catalog)));
    }

    private static async Task HomeAsync(HttpContext context, HttpClient catalog, HttpClient cart, HttpClient recommend, HttpClient reviews)
    {
        CancellationToken stop = context.RequestAborted;
        string user = Uri.EscapeDataString(context.Query("user", "guest"));
        Task<Product[]> products = catalog.GetJsonAsync("/products", ShopJson.Default.ProductArray, stop);
        Task<CartView> items = cart.GetJsonAsync("/cart/" + user, ShopJson.Default.CartView, stop);
        Task<Recommendation> liked = recommend.ReadJsonAsync(AskFor(user, context), ShopJson.Default.Recommendation, stop);
        Task<ReviewSummary> review = reviews.GetJsonAsync("/reviews/sku-01", ShopJson.Default.ReviewSummary, stop);
        await Task.WhenAll(products, items, liked, review);
        HomePage page = new(await products, await liked, await review, await items);
        context.Response.Headers["x-version"] = page.Recommended.Version;
        await context.Response.JsonAsync(page, ShopJson.Default.HomePage);
    }

    /// <summary>The wish for the newest version is passed on; which one answers is not decided here.</summary>
    private static HttpRequestMessage AskFor(string user, HttpContext context)
    {
        HttpRequestMessage ask = new(HttpMethod.Get, "/recommend?user=" + user);
        if (context.Request.Headers.TryGetValue("x-canary", out StringValues wish))
        {
            ask.Headers.TryAddWithoutValidation("x-canary", (string?)wish);
        }

        return ask;
    }

    private static async Task AddAsync(HttpContext context, HttpClient cart)
    {
        CartItem item = new(context.Query("sku", "sku-01"), 1);
        string user = Uri.EscapeDataString(context.Query("user", "guest"));
        HttpRequestMessage add = new(HttpMethod.Post, $"/cart/{user}/items") { Content = JsonContent.Create(item, ShopJson.Default.CartItem) };
        CartItem stored = await cart.ReadJsonAsync(add, ShopJson.Default.CartItem, context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status201Created;
        await context.Response.JsonAsync(stored, ShopJson.Default.CartItem);
    }

    private static async Task CheckoutAsync(HttpContext context, HttpClient cart, Orders.OrdersClient orders)
    {
        string user = context.Query("user", "guest");
        CartView content = await cart.GetJsonAsync("/cart/" + Uri.EscapeDataString(user), ShopJson.Default.CartView, context.RequestAborted);
        PlaceRequest order = new() { User = user, TotalCents = content.TotalCents };
        order.Lines.AddRange(content.Items.Select(item => new OrderLine { Sku = item.Sku, Quantity = item.Quantity }));
        try
        {
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
            limit.CancelAfter(Upstream.CallTimeout);
            PlaceReply placed = await orders.PlaceAsync(order, cancellationToken: limit.Token);
            await cart.DoAsync(new HttpRequestMessage(HttpMethod.Delete, "/cart/" + Uri.EscapeDataString(user)), context.RequestAborted);
            await context.Response.JsonAsync(new CheckoutResult(placed.OrderId, placed.PaymentId, content.TotalCents), ShopJson.Default.CheckoutResult);
        }
        catch (RpcException failure)
        {
            throw new UpstreamFailure("orders", failure.Status.ToString());
        }
    }

    private static async Task ExportAsync(HttpContext context, HttpClient catalog)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/export" + context.Request.QueryString.Value);
        using HttpResponseMessage response = await catalog.OpenAsync(request, context.RequestAborted);
        context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
        await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
