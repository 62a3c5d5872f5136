using System.Runtime.InteropServices;

namespace Weft.Proxy.Security;

/// <summary>
/// A library context of OpenSSL (OSSL_LIB_CTX(3)) that offers what its default provider offers, but of key types only those that certificates and key
/// exchanges here may have. OpenSSL 3.0 looks through all decoders and key types that a context knows for every certificate that it reads: 70 of
/// them, for a sixth of the cost of a handshake. It goes through the documented interface of providers (provider(7)): ours passes the default
/// provider's algorithms on.
/// </summary>
internal static unsafe class LeanLibrary
{
    private const uint RemembersDecoders = 0x3020_0000;

    // openssl/core_dispatch.h
    private const int ProviderTeardown = 1024;
    private const int ProviderQueryOperation = 1027;
    private const int ProviderGetCapabilities = 1030;
    private const int OperationKeyManagement = 10;
    private const int OperationDecoder = 21;

    private static readonly string[] s_certificateKeys = ["EC", "RSA", "ED25519"];

    /// <summary>Further kinds of keys that TLS itself makes: key exchange, the older versions' key derivation and record protection.</summary>
    private static readonly string[] s_ownKeys = ["X25519", "HKDF", "TLS1-PRF", "HMAC"];

    private static nint s_default;
    private static Dispatch* s_dispatch;
    private static Algorithm* s_keyManagement;
    private static Algorithm* s_decoders;

    /// <summary>The context for new TLS contexts and what they read; 0, which is OpenSSL's own, where this system wants to choose the algorithms itself.</summary>
    public static nint Context { get; } = Make();

    /// <summary>OSSL_DISPATCH.</summary>
    private struct Dispatch
    {
        public int Id;
        public nint Function;
    }

    /// <summary>OSSL_ALGORITHM.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Algorithm
    {
        public nint Names { get; }

        public nint Properties { get; }

        public nint Implementation { get; }

        public nint Description { get; }
    }

    private static nint Make()
    {
        // Newer versions remember what decodes what. A system that demands validated cryptography (FIPS) says so with properties of the default
        // context, which would not hold in ours.
        if (OpenSsl.OpenSSL_version_num().Value >= RemembersDecoders || OpenSsl.EVP_default_properties_is_fips_enabled(0) != 0)
        {
            return 0;
        }

        fixed (byte* name = "default\0"u8, ourName = "lean\0"u8)
        {
            s_default = OpenSsl.OSSL_PROVIDER_load(0, name);
            if (s_default == 0)
            {
                OpenSsl.ERR_clear_error();
                return 0;
            }

            s_keyManagement = Choose(OperationKeyManagement, static algorithm => IsNamed(algorithm, s_certificateKeys) || IsNamed(algorithm, s_ownKeys));
            s_decoders = Choose(OperationDecoder, static algorithm => IsNamed(algorithm, s_certificateKeys) && IsForCertificates(algorithm));
            s_dispatch = MakeDispatch();
            nint context = OpenSsl.OSSL_LIB_CTX_new();
            delegate* unmanaged<nint, Dispatch*, Dispatch**, nint*, int> init = &Init;
            if (OpenSsl.OSSL_PROVIDER_add_builtin(context, ourName, (nint)init) == 1 && OpenSsl.OSSL_PROVIDER_load(context, ourName) != 0)
            {
                return context;
            }

            OpenSsl.OSSL_LIB_CTX_free(context);
            OpenSsl.ERR_clear_error();
            return 0;
        }
    }

    private static Dispatch* MakeDispatch()
    {
        delegate* unmanaged<nint, void> teardown = &Teardown;
        delegate* unmanaged<nint, int, int*, Algorithm*> query = &Query;
        delegate* unmanaged<nint, byte*, nint, nint, int> capabilities = &GetCapabilities;
        Dispatch* table = (Dispatch*)NativeMemory.AllocZeroed(4, (nuint)sizeof(Dispatch));
        table[0] = new Dispatch { Id = ProviderTeardown, Function = (nint)teardown };
        table[1] = new Dispatch { Id = ProviderQueryOperation, Function = (nint)query };
        table[2] = new Dispatch { Id = ProviderGetCapabilities, Function = (nint)capabilities };
        return table;
    }

    /// <summary>Those of the default provider's algorithms for an operation that are wanted, ended by an empty one, for the life of the process.</summary>
    private static Algorithm* Choose(int operation, Func<Algorithm, bool> isWanted)
    {
        int uncached;
        Algorithm* all = (Algorithm*)OpenSsl.OSSL_PROVIDER_query_operation(s_default, operation, &uncached);
        int count = 0;
        while (all is not null && all[count].Names != 0)
        {
            count++;
        }

        Algorithm* chosen = (Algorithm*)NativeMemory.AllocZeroed((nuint)count + 1, (nuint)sizeof(Algorithm));
        int kept = 0;
        for (int i = 0; i < count; i++)
        {
            if (isWanted(all[i]))
            {
                chosen[kept++] = all[i];
            }
        }

        return chosen;
    }

    /// <summary>An algorithm's names stand one after another with colons between; the first is the one that matters.</summary>
    private static bool IsNamed(Algorithm algorithm, string[] wanted)
    {
        string names = Text(algorithm.Names);
        int end = names.IndexOf(':', StringComparison.Ordinal);
        string first = end < 0 ? names : names[..end];
        return Array.Exists(wanted, name => string.Equals(name, first, StringComparison.Ordinal));
    }

    private static bool IsForCertificates(Algorithm algorithm) => Text(algorithm.Properties).Contains("structure=SubjectPublicKeyInfo", StringComparison.Ordinal);

    private static string Text(nint zeroEnded) => Marshal.PtrToStringUTF8(zeroEnded) ?? "";

    [UnmanagedCallersOnly]
    private static int Init(nint handle, Dispatch* core, Dispatch** ours, nint* providerContext)
    {
        // The algorithms are the default provider's and expect to be called with its own context.
        *ours = s_dispatch;
        *providerContext = OpenSsl.OSSL_PROVIDER_get0_provider_ctx(s_default);
        return 1;
    }

    [UnmanagedCallersOnly]
    private static Algorithm* Query(nint providerContext, int operation, int* uncached)
    {
        *uncached = 0;
        return operation switch
        {
            OperationKeyManagement => s_keyManagement,
            OperationDecoder => s_decoders,
            _ => (Algorithm*)OpenSsl.OSSL_PROVIDER_query_operation(s_default, operation, uncached),
        };
    }

    [UnmanagedCallersOnly]
    private static int GetCapabilities(nint providerContext, byte* capability, nint callback, nint argument)
        => OpenSsl.OSSL_PROVIDER_get_capabilities(s_default, capability, callback, argument);

    /// <summary>The default provider is not ours to take down.</summary>
    [UnmanagedCallersOnly]
    private static void Teardown(nint providerContext)
    {
    }
}
