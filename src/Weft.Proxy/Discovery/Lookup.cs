namespace Weft.Proxy.Discovery;

/// <summary>What became of a question to the control plane.</summary>
internal enum Lookup
{
    /// <summary>The current snapshot has it.</summary>
    Found,

    /// <summary>The control plane knows no such thing.</summary>
    Absent,

    /// <summary>No answer in time; it may exist.</summary>
    Unknown,
}
