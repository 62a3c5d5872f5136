using System.Text;
using System.Text.Json;
using Weft.Proxy.Overload;
using Weft.Proxy.Telemetry;

namespace Weft.Proxy.Admin;

/// <summary>Where the memory of the process is, as JSON.</summary>
internal static class StatsDump
{
    public static string Write(in ProcessFigures process, IEnumerable<(string Loop, long RentedBytes, int Connections)> loops, LoadLevel load)
    {
        GCMemoryInfo gc = GC.GetGCMemoryInfo();
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("residentBytes", process.ResidentBytes);
            json.WriteNumber("heapBytes", GC.GetTotalMemory(forceFullCollection: false));
            json.WriteNumber("heapCommittedBytes", gc.TotalCommittedBytes);
            json.WriteNumber("allocatedBytes", GC.GetTotalAllocatedBytes());
            json.WriteNumber("collections", GC.CollectionCount(0));
            json.WriteNumber("openFds", process.OpenFds);
            json.WriteNumber("cpuUs", process.CpuUs);
            json.WriteNumber("bugs", MeshBug.Count);
            json.WriteString("overload", load.ToString());
            json.WriteStartArray("loops");
            foreach ((string loop, long rented, int connections) in loops)
            {
                json.WriteStartObject();
                json.WriteString("name", loop);
                json.WriteNumber("rentedBufferBytes", rented);
                json.WriteNumber("connections", connections);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
