using System.Text.Json.Serialization;

namespace Weft.Shop;

internal sealed record Product(string Sku, string Name, long PriceCents);

internal sealed record CartItem(string Sku, int Quantity);

internal sealed record CartView(string User, IReadOnlyList<CartItem> Items, long TotalCents);

internal sealed record Recommendation(string Version, IReadOnlyList<string> Skus);

internal sealed record ReviewSummary(string Sku, string Title, double Stars, int Count);

internal sealed record HomePage(IReadOnlyList<Product> Products, Recommendation Recommended, ReviewSummary Review, CartView Cart);

internal sealed record CheckoutResult(string OrderId, string PaymentId, long TotalCents);

internal sealed record Problem(string Error);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Product))]
[JsonSerializable(typeof(Product[]))]
[JsonSerializable(typeof(CartItem))]
[JsonSerializable(typeof(CartView))]
[JsonSerializable(typeof(Recommendation))]
[JsonSerializable(typeof(ReviewSummary))]
[JsonSerializable(typeof(HomePage))]
[JsonSerializable(typeof(CheckoutResult))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(Dictionary<string, long>))]
internal sealed partial class ShopJson : JsonSerializerContext;
