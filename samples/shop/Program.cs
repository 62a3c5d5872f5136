using Weft.Shop.Hosting;
using Weft.Shop.Roles;

// The sample shop: one program, one role a process. Nothing in it knows of Weft; it calls its neighbours by plain names.
string role = args.Length > 0 ? args[0] : "";
switch (role)
{
    case "web":
        return await ShopHost.RunAsync(role, Wire.Http1, WebRole.Map);
    case "catalog":
        return await ShopHost.RunAsync(role, Wire.Http1, CatalogRole.Map);
    case "cart":
        return await ShopHost.RunAsync(role, Wire.Http1, CartRole.Map);
    case "recommend":
        return await ShopHost.RunAsync(role, Wire.Http1, app => RecommendRole.Map(app, args.Length > 1 ? args[1] : "v1"));
    case "feed":
        return await ShopHost.RunAsync(role, Wire.Http1, FeedRole.Map);
    case "orders":
        return await ShopHost.RunAsync(role, Wire.Grpc, app => app.MapGrpcService<OrdersRole>());
    case "payment":
        return await ShopHost.RunAsync(role, Wire.Grpc, app => app.MapGrpcService<PaymentRole>());
    case "inventory":
        return await ShopHost.RunAsync(role, Wire.Grpc, app => app.MapGrpcService<InventoryRole>());
    default:
        Console.Error.WriteLine($"unknown role \"{role}\": one of web, catalog, cart, recommend [VERSION], feed, orders, payment, inventory");
        return 64;
}
