using System.Collections;
using System.Runtime.InteropServices;
using Weft.Proxy.Engine;

namespace Weft.Proxy.Upgrading;

/// <summary>
/// Starts a program with posix_spawn: a process with threads cannot fork safely, and the libc's spawn runs nothing of ours between fork and exec.
/// The child shares standard output and error, reads nothing, and gets one descriptor.
/// </summary>
internal sealed unsafe class ChildProcess
{
    /// <summary>The number under which the child finds its descriptor.</summary>
    public const int PassedDescriptor = 3;

    private bool _gone;

    private ChildProcess(int pid) => Pid = pid;

    public int Pid { get; }

    /// <param name="command">Program and arguments.</param>
    /// <param name="passed">Becomes the child's <see cref="PassedDescriptor"/>.</param>
    /// <param name="environment">All of the child's environment.</param>
    /// <param name="fault">Why it could not be started.</param>
    public static ChildProcess? Start(StartCommand command, int passed, IReadOnlyDictionary<string, string> environment, out string? fault)
    {
        byte* actions = stackalloc byte[Libc.SpawnStructRoom];
        byte* attributes = stackalloc byte[Libc.SpawnStructRoom];
        byte* none = stackalloc byte[Libc.SignalSetSize];
        byte* every = stackalloc byte[Libc.SignalSetSize];
        new Span<byte>(none, Libc.SignalSetSize).Clear();
        new Span<byte>(every, Libc.SignalSetSize).Fill(0xff);
        byte* program = Native(command.Program);
        byte* nowhere = Native("/dev/null");
        byte** arguments = Native(command.Arguments);
        byte** variables = Native([.. environment.Select(static v => v.Key + "=" + v.Value)]);
        Libc.SpawnFileActionsInit(actions);
        Libc.SpawnAttributesInit(attributes);
        try
        {
            Libc.SpawnFileActionsAddOpen(actions, 0, nowhere, Libc.OpenReadOnly, 0);
            Libc.SpawnFileActionsAddDup2(actions, passed, PassedDescriptor);
            Libc.SpawnAttributesSetFlags(attributes, Libc.SpawnSetSignalMask | Libc.SpawnSetSignalDefaults);
            Libc.SpawnAttributesSetSignalMask(attributes, none);
            Libc.SpawnAttributesSetSignalDefaults(attributes, every);
            int pid;
            int error = Libc.PosixSpawn(&pid, program, actions, attributes, arguments, variables);
            fault = error == 0 ? null : $"{command.Program}: {Libc.Describe(error)}";
            return error == 0 ? new ChildProcess(pid) : null;
        }
        finally
        {
            Libc.SpawnFileActionsDestroy(actions);
            Libc.SpawnAttributesDestroy(attributes);
            NativeMemory.Free(program);
            NativeMemory.Free(nowhere);
            Free(arguments);
            Free(variables);
        }
    }

    /// <summary>The environment of this process.</summary>
    public static Dictionary<string, string> Environment()
    {
        Dictionary<string, string> all = new(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in System.Environment.GetEnvironmentVariables())
        {
            all[(string)entry.Key] = (string?)entry.Value ?? "";
        }

        return all;
    }

    /// <summary>How it ended, in words; null while it runs. Whoever has been told once must not ask again.</summary>
    public string? HowItEnded()
    {
        int status;
        if (_gone || Libc.WaitPid(Pid, &status, Libc.WaitNoHang) != Pid)
        {
            return null;
        }

        _gone = true;
        int signal = status & 0x7f;
        return signal == 0 ? $"it ended with exit code {(status >> 8) & 0xff}" : $"it was ended by signal {signal}";
    }

    /// <summary>Ends it, whatever it does, and takes its last word from the kernel.</summary>
    public void Kill()
    {
        if (!_gone && Libc.Kill(Pid, Libc.SignalKill) == 0)
        {
            int status;
            _gone = Libc.WaitPid(Pid, &status, 0) == Pid;
        }
    }

    private static byte* Native(string text)
    {
        int length = System.Text.Encoding.UTF8.GetByteCount(text);
        byte* native = (byte*)NativeMemory.Alloc((nuint)length + 1);
        System.Text.Encoding.UTF8.GetBytes(text, new Span<byte>(native, length));
        native[length] = 0;
        return native;
    }

    private static byte** Native(IReadOnlyList<string> words)
    {
        byte** native = (byte**)NativeMemory.Alloc((nuint)(words.Count + 1), (nuint)sizeof(byte*));
        for (int i = 0; i < words.Count; i++)
        {
            native[i] = Native(words[i]);
        }

        native[words.Count] = null;
        return native;
    }

    private static void Free(byte** words)
    {
        for (byte** word = words; *word is not null; word++)
        {
            NativeMemory.Free(*word);
        }

        NativeMemory.Free(words);
    }
}
