using System.Globalization;
using System.Text;
using Weft.Load.Http;
using Weft.Load.Options;
using Weft.Load.Pacing;

namespace Weft.Load.Shop;

/// <summary>What the users of the sample shop do, and how often.</summary>
internal static class ShopUsers
{
    private const int Users = 500;

    /// <summary>So many requests in a row are one user's, who so comes back to what lies in the cart.</summary>
    private const int Visit = 16;
    private const int ExportBytes = 1024 * 1024;
    private const int ExportChunkBytes = 16 * 1024;

    private static readonly byte[] s_welcome = Encoding.ASCII.GetBytes("<!doctype html><title>Shop</title>");

    public static IRequestKind[] Create(LoadOptions options, CancellationToken stop)
    {
        HttpPool web = new(options.Web, options.Connections);
        OrderStreams orders = new(options.Orders);
        HttpCall front = HttpCall.Get(new Uri(options.Web, "/"), check: StartsLikeTheFront);
        HttpCall export = HttpCall.Get(new Uri(options.Web, "/api/export"), ExportBytes, IsExport);
        return
        [
            new HttpKind("front", 45, web, _ => front),
            new HttpKind("home", 20, web, number => HttpCall.Get(new Uri(options.Web, "/api/home?user=" + UserOf(number)))),
            new HttpKind("cart", 12, web, number => HttpCall.Post(new Uri(options.Web, $"/api/cart?user={UserOf(number)}&sku={SkuOf(number)}"), status: 201)),
            new HttpKind("checkout", 8, web, number => HttpCall.Post(new Uri(options.Web, "/api/checkout?user=" + UserOf(number)))),
            new HttpKind("export", 2, web, _ => export),
            new OrderWatchKind(4, orders),
            new OrderTrackKind(4, orders),
            new FeedKind(5, new FeedSockets(options.Feed, stop)),
        ];
    }

    private static string UserOf(long number) => string.Create(CultureInfo.InvariantCulture, $"user-{(number / Visit * 7919) % Users}");

    private static string SkuOf(long number) => string.Create(CultureInfo.InvariantCulture, $"sku-{(number % 12) + 1:00}");

    /// <summary>A body may come in parts of any size, so each part is compared with what belongs at its place.</summary>
    private static bool StartsLikeTheFront(ReadOnlySpan<byte> part, long offset)
    {
        ReadOnlySpan<byte> expected = offset < s_welcome.Length ? s_welcome.AsSpan((int)offset) : [];
        int length = Math.Min(part.Length, expected.Length);
        return part[..length].SequenceEqual(expected[..length]);
    }

    /// <summary>The export repeats one chunk whose every byte follows from its place, so that a lost, doubled or moved byte shows.</summary>
    private static bool IsExport(ReadOnlySpan<byte> part, long offset)
    {
        for (int i = 0; i < part.Length; i++)
        {
            long place = (offset + i) % ExportChunkBytes;
            if (part[i] != (place % 64 == 63 ? (byte)'\n' : (byte)('a' + (place % 26))))
            {
                return false;
            }
        }

        return true;
    }
}
