namespace Weft.ControlPlane.Traffic;

/// <summary>The parts of an exchange's time, in the order in which figures keep them. docs/reference/flow-record.md says what each is.</summary>
internal enum TimingPart
{
    ClientRtt,
    ServerRtt,
    Application,
    Transfer,
    Queue,
    Connect,
}
