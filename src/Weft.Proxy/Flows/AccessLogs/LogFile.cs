using Weft.Proxy.Engine;
using Weft.Proxy.Telemetry;

namespace Weft.Proxy.Flows.AccessLogs;

/// <summary>
/// A file that lines are appended to, or standard output. It is opened again when its name leads to another file, because somebody has rotated it, or when
/// told to. Belongs to the thread that writes.
/// </summary>
internal sealed unsafe class LogFile(string path)
{
    private const long LookEveryMs = 1_000;

    private readonly bool _isStandard = path == "-";
    private int _descriptor = path == "-" ? 1 : -1;
    private ulong _inode;
    private long _lookMs;
    private volatile bool _reopen;

    /// <summary>Opens the file anew before the next line. Any thread.</summary>
    public void Reopen() => _reopen = true;

    /// <summary>Writes all of it, however long that takes. False when it cannot be written.</summary>
    public bool Write(ReadOnlySpan<byte> bytes)
    {
        if (!_isStandard && !Open())
        {
            return false;
        }

        fixed (byte* start = bytes)
        {
            for (int done = 0; done < bytes.Length;)
            {
                nint written = Libc.Write(_descriptor, start + done, (nuint)(bytes.Length - done));
                if (written > 0)
                {
                    done += (int)written;
                }
                else if (Libc.LastError is not (Libc.Eintr or Libc.Eagain))
                {
                    return false;
                }
                else if (Libc.LastError == Libc.Eagain)
                {
                    Libc.WaitWritable(_descriptor);
                }
            }
        }

        return true;
    }

    public void Close()
    {
        if (!_isStandard && _descriptor >= 0)
        {
            Libc.Close(_descriptor);
            _descriptor = -1;
        }
    }

    private bool Open()
    {
        long nowMs = Environment.TickCount64;
        if (_descriptor >= 0 && (_reopen || nowMs >= _lookMs))
        {
            _lookMs = nowMs + LookEveryMs;
            if (_reopen || Libc.InodeOf(path) != _inode)
            {
                Close();
            }
        }

        if (_descriptor < 0)
        {
            _reopen = false;
            _descriptor = Libc.OpenToAppend(path);
            _inode = Libc.InodeOf(path);
            if (_descriptor < 0 && nowMs >= _lookMs)
            {
                _lookMs = nowMs + LookEveryMs;
                ProxyLog.Warn($"the access log {path} cannot be opened: {Libc.Describe(Libc.LastError)}");
            }
        }

        return _descriptor >= 0;
    }
}
