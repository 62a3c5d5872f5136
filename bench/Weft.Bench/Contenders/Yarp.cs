using System.Globalization;

namespace Weft.Bench.Contenders;

/// <summary>Microsoft's reverse proxy library in a program of its own (<c>bench/Weft.Bench.Yarp</c>), with the settings it comes with.</summary>
internal sealed class Yarp(string program)
{
    public Launch Relay(int port, int to) => new(port, program, Text(port), Text(to));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
