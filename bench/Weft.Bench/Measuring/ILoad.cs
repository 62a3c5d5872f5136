namespace Weft.Bench.Measuring;

/// <summary>A client program that is pointed at a port for a while.</summary>
internal interface ILoad
{
    /// <summary>Throws when anything but good answers came back: a number measured on errors is worth nothing.</summary>
    Task<LoadResult> RunAsync(int port, int seconds);
}
