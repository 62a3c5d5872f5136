using System.Globalization;
using System.Net.Http.Json;
using Weft.Shop.Upstreams;

namespace Weft.Shop.Roles;

/// <summary>The articles, with prices from <c>pricing</c>, and an export of a megabyte, streamed in chunks.</summary>
internal static class CatalogRole
{
    public const int ExportBytesDefault = 1024 * 1024;
    private const int ExportBytesMax = 256 * 1024 * 1024;
    private const int ChunkBytes = 16 * 1024;

    private static readonly string[] s_names =
        ["linen thread", "wool yarn", "shuttle", "heddle", "reed", "bobbin", "warp beam", "cloth beam", "treadle", "temple", "raddle", "lease stick"];

    private static readonly string[] s_skus = [.. s_names.Select((_, index) => SkuOf(index))];

    private static readonly byte[] s_chunk = MakeChunk();

    public static string SkuOf(int index) => string.Create(CultureInfo.InvariantCulture, $"sku-{index + 1:00}");

    public static void Map(WebApplication app)
    {
        HttpClient pricing = Upstream.Http("pricing");
        app.MapGet("/products", Answers.Guarded(context => ListAsync(context, pricing)));
        app.MapGet("/products/{sku}", ShowAsync);
        app.MapGet("/export", ExportAsync);
    }

    private static async Task ListAsync(HttpContext context, HttpClient pricing)
    {
        HttpRequestMessage ask = new(HttpMethod.Post, "/prices") { Content = JsonContent.Create(s_skus, ShopJson.Default.StringArray) };
        Dictionary<string, long> prices = await pricing.ReadJsonAsync(ask, ShopJson.Default.DictionaryStringInt64, context.RequestAborted);
        Product[] products = [.. s_skus.Zip(s_names, (sku, name) => new Product(sku, name, prices.GetValueOrDefault(sku)))];
        await context.Response.JsonAsync(products, ShopJson.Default.ProductArray);
    }

    private static Task ShowAsync(HttpContext context)
    {
        string sku = (string)context.Request.RouteValues["sku"]!;
        int index = Array.IndexOf(s_skus, sku);
        return index < 0
            ? context.Response.RefuseAsync(StatusCodes.Status404NotFound, $"no article \"{sku}\"")
            : context.Response.JsonAsync(new Product(sku, s_names[index], 0), ShopJson.Default.Product);
    }

    private static async Task ExportAsync(HttpContext context)
    {
        string wanted = context.Query("bytes", ExportBytesDefault.ToString(CultureInfo.InvariantCulture));
        if (!int.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out int bytes) || bytes > ExportBytesMax)
        {
            await context.Response.RefuseAsync(StatusCodes.Status400BadRequest, $"bytes must be a number from 0 to {ExportBytesMax}");
            return;
        }

        // No Content-Length: the answer goes out chunked, as fast as the reader takes it.
        context.Response.ContentType = "text/csv";
        for (int left = bytes; left > 0; left -= ChunkBytes)
        {
            await context.Response.Body.WriteAsync(s_chunk.AsMemory(0, Math.Min(left, ChunkBytes)), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    private static byte[] MakeChunk()
    {
        byte[] chunk = new byte[ChunkBytes];
        for (int i = 0; i < chunk.Length; i++)
        {
            chunk[i] = (byte)(i % 64 == 63 ? '\n' : 'a' + (i % 26));
        }

        return chunk;
    }
}
