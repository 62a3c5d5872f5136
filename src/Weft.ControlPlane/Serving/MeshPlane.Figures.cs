using Weft.ControlPlane.Api;
using Weft.ControlPlane.Store;

namespace Weft.ControlPlane.Serving;

/// <summary>How figures are kept while the server runs, and when it stops.</summary>
public sealed partial class MeshPlane
{
    public ServerFigures GetFigures() => new()
    {
        Sessions = _hub.Count,
        DroppedCells = _traffic.Dropped,
        LostPoints = _traffic.LostPoints,
        OpenBytes = _traffic.OpenBytes,
        CachedBytes = _traffic.CachedBytes,
        LostFlows = _flows.Dropped,
        OtlpSpans = _otlp.Spans,
        OtlpLogRecords = _otlp.LogRecords,
        OtlpPoints = _otlp.Points,
        OtlpRejected = _otlp.Rejected,
    };

    /// <summary>Once a second, and without holding up anything else: seconds become points, points blocks, blocks go to the file, and scores are made.</summary>
    private async Task KeepFiguresAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                try
                {
                    _traffic.Advance(_time.GetUtcNow());
                    _traffic.Flush();
                    await _insight.UpdateAsync(_time.GetUtcNow(), stop);
                }
                catch (StoreException e)
                {
                    Log.NotSaved(_log, e.Message);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private void SaveFigures()
    {
        try
        {
            _traffic.Stop();
        }
        catch (StoreException e)
        {
            Log.NotSaved(_log, e.Message);
        }
    }
}
