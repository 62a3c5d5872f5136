using System.Runtime.InteropServices;

namespace Weft.Proxy.Security;

/// <content>Library contexts and providers.</content>
internal static unsafe partial class OpenSsl
{
    [LibraryImport(Ssl)] public static partial nint SSL_CTX_new_ex(nint library, byte* properties, nint method);
    [LibraryImport(Crypto)] public static partial int EVP_default_properties_is_fips_enabled(nint library);
    [LibraryImport(Crypto)] public static partial nint OSSL_LIB_CTX_new();
    [LibraryImport(Crypto)] public static partial void OSSL_LIB_CTX_free(nint library);
    [LibraryImport(Crypto)] public static partial nint OSSL_PROVIDER_load(nint library, byte* name);
    [LibraryImport(Crypto)] public static partial int OSSL_PROVIDER_add_builtin(nint library, byte* name, nint init);
    [LibraryImport(Crypto)] public static partial nint OSSL_PROVIDER_query_operation(nint provider, int operation, int* uncached);
    [LibraryImport(Crypto)] public static partial nint OSSL_PROVIDER_get0_provider_ctx(nint provider);
    [LibraryImport(Crypto)] public static partial int OSSL_PROVIDER_get_capabilities(nint provider, byte* capability, nint callback, nint argument);
    [LibraryImport(Crypto)] public static partial nint X509_new_ex(nint library, byte* properties);
}
