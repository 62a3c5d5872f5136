using System.Net.Security;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Weft.ControlPlane.Serving;

/// <summary>
/// Makes TLS connections at rest small. Thousands of proxies stay connected and are silent most of the time, but OpenSSL keeps buffers of 17 KiB for each
/// of them, which are empty nearly always; and .NET makes a context of 10 KiB for each, unless sessions may be resumed. It has settings for neither, so
/// OpenSSL's handle is taken from behind the stream and told. A test watches that it stays there; where it does not, connections are larger and nothing
/// else changes.
/// </summary>
internal static partial class TlsMemory
{
    private const string Library = "libssl.so.3";
    private const int CtrlMode = 33;
    private const int CtrlSetSessionCacheMode = 44;
    private const int ModeReleaseBuffers = 0x10;
    private const ulong OptionNoTicket = 1 << 14;

    // On Linux it holds the SSL of OpenSSL once the handshake has begun.
    private static readonly FieldInfo? s_connection = typeof(SslStream).GetField("_securityContext", BindingFlags.Instance | BindingFlags.NonPublic);

    /// <summary>Whether the runtime and its OpenSSL are those that this knows.</summary>
    internal static bool IsSupported { get; } = Find();

    /// <summary>
    /// Lets a connection hold buffers only while it reads or writes, and its context give out and take no tickets and keep no sessions. To be called at
    /// the end of the handshake. Tickets that the first connections of a context got before are worth nothing from then on.
    /// </summary>
    internal static void Spare(SslStream stream) => Use(stream, static connection =>
    {
        nint context = ContextOf(connection);
        if ((ControlContext(context, CtrlMode, new CLong(0), 0).Value & ModeReleaseBuffers) == 0)
        {
            SetOptions(context, OptionNoTicket);
            SetTickets(context, 0);
            ControlContext(context, CtrlSetSessionCacheMode, new CLong(0), 0);
            ControlContext(context, CtrlMode, new CLong(ModeReleaseBuffers), 0);
        }

        return Control(connection, CtrlMode, new CLong(ModeReleaseBuffers), 0).Value;
    });

    /// <summary>Which context a connection uses; 0 where that cannot be said.</summary>
    internal static nint ContextOf(SslStream stream) => Use(stream, ContextOf);

    /// <summary>Whether a connection gives its buffers back.</summary>
    internal static bool IsSpared(SslStream stream)
        => (Use(stream, static connection => Control(connection, CtrlMode, new CLong(0), 0).Value) & ModeReleaseBuffers) != 0;

    /// <summary>Whether a connection goes on with the session of an earlier one.</summary>
    internal static bool IsResumed(SslStream stream) => Use(stream, static connection => IsReused(connection)) != 0;

    private static nint Use(SslStream stream, Func<nint, nint> use)
    {
        if (!IsSupported || s_connection!.GetValue(stream) is not SafeHandle { IsInvalid: false } handle)
        {
            return 0;
        }

        bool isHeld = false;
        try
        {
            handle.DangerousAddRef(ref isHeld);
            return use(handle.DangerousGetHandle());
        }
        finally
        {
            if (isHeld)
            {
                handle.DangerousRelease();
            }
        }
    }

    /// <summary>.NET opens one of several OpenSSLs. Only when it is version 3, the library of that name is the one that its handles belong to.</summary>
    private static bool Find()
        => OperatingSystem.IsLinux()
            && s_connection is not null
            && Type.GetType("Microsoft.Win32.SafeHandles.SafeSslHandle, System.Net.Security") is { } type
            && type.IsAssignableTo(s_connection.FieldType)
            && type.IsAssignableTo(typeof(SafeHandle))
            && SafeEvpPKeyHandle.OpenSslVersion >> 28 == 3
            && NativeLibrary.TryLoad(Library, out _);

    [LibraryImport(Library, EntryPoint = "SSL_get_SSL_CTX")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint ContextOf(nint connection);

    [LibraryImport(Library, EntryPoint = "SSL_session_reused")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int IsReused(nint connection);

    [LibraryImport(Library, EntryPoint = "SSL_ctrl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial CLong Control(nint connection, int command, CLong number, nint pointer);

    [LibraryImport(Library, EntryPoint = "SSL_CTX_ctrl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial CLong ControlContext(nint context, int command, CLong number, nint pointer);

    [LibraryImport(Library, EntryPoint = "SSL_CTX_set_options")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial ulong SetOptions(nint context, ulong options);

    [LibraryImport(Library, EntryPoint = "SSL_CTX_set_num_tickets")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetTickets(nint context, nuint count);
}
