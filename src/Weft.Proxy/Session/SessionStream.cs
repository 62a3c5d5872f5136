using Weft.Contracts;
using Weft.Contracts.Protobuf;
using Weft.Contracts.Session;
using Weft.Proxy.Engine;
using Weft.Proxy.Flows;
using Weft.Proxy.Rpc;
using Weft.Proxy.Telemetry;

namespace Weft.Proxy.Session;

/// <summary>
/// The session with the control plane: says who we are, how the application is and what traffic there was, and takes commands.
/// Control thread only.
/// </summary>
internal sealed class SessionStream
{
    private const int ReportDefaultMs = 1_000;
    private const int ReportLeastMs = 100;
    private const int ReportMostMs = 60_000;

    /// <summary>Longest text of a command's result.</summary>
    private const int ResultMax = 1024 * 1024;

    private readonly ISessionFacts _facts;
    private readonly ProxyCommands _commands;
    private readonly LoopTimer _reportTimer;
    private IGrpcCall? _call;
    private int _reportMs = ReportDefaultMs;

    public SessionStream(EventLoop loop, ISessionFacts facts, ProxyCommands commands)
    {
        _facts = facts;
        _commands = commands;
        _reportTimer = new LoopTimer(loop, Report);
    }

    /// <summary>Called when the server has taken us in.</summary>
    public Action? Welcomed { get; set; }

    /// <summary>Runs one session to its end and says how it ended.</summary>
    public async ValueTask<GrpcStatus> RunAsync(IGrpcServer server)
    {
        (IGrpcCall? call, string fault) = await server.StartAsync(GrpcMethods.Connect);
        if (call is null)
        {
            return GrpcStatus.Unavailable(fault);
        }

        _call = call;
        call.TrySend(new ProxyMessage { Hello = _facts.Hello() });
        call.TrySend(new ProxyMessage { Health = _facts.Health() });
        _facts.SessionStarted();
        _commands.Flows?.SetSession(batch => call.HasRoom && call.TrySend(new ProxyMessage { Flows = batch }));
        _reportTimer.Set(_reportMs);
        GrpcStatus? broken = await ReceiveAllAsync(call);
        _reportTimer.Cancel();
        _commands.Flows?.SetSession(null);
        _call = null;
        await call.CloseAsync();
        return broken ?? call.Status;
    }

    /// <summary>The application's health has turned.</summary>
    public void TellHealth() => _call?.TrySend(new ProxyMessage { Health = _facts.Health() });

    /// <summary>Says that we drain: no new traffic is to be sent here.</summary>
    public void TellDraining() => _call?.TrySend(new ProxyMessage { Goodbye = new Goodbye { Draining = true } });

    /// <summary>Sends the last figures, says farewell and ends the session.</summary>
    public void Leave()
    {
        if (_call is { } call)
        {
            Report();
            call.TrySend(new ProxyMessage { Goodbye = new Goodbye { Draining = false } });
            call.EndSending();
        }
    }

    /// <summary>Ends the stream.</summary>
    public void Cancel() => _call?.Cancel();

    private async ValueTask<GrpcStatus?> ReceiveAllAsync(IGrpcCall call)
    {
        while (await call.ReceiveAsync() is { } bytes)
        {
            try
            {
                Take(ServerMessage.Parse(bytes), call);
            }
            catch (ProtoException wrong)
            {
                return new GrpcStatus(GrpcStatus.CodeInternal, "a message of the session does not parse: " + wrong.Message);
            }
        }

        return null;
    }

    private void Take(ServerMessage message, IGrpcCall call)
    {
        if (message.Welcome is { } welcome)
        {
            _reportMs = welcome.ReportIntervalMs == 0 ? ReportDefaultMs : Math.Clamp((int)Math.Min(welcome.ReportIntervalMs, int.MaxValue), ReportLeastMs, ReportMostMs);
            _reportTimer.Set(_reportMs);
            Welcomed?.Invoke();
        }
        else if (message.Command is { } command)
        {
            call.TrySend(new ProxyMessage { Result = Execute(command) });
        }
    }

    private CommandResult Execute(Command command)
    {
        ProxyLog.Info($"command from the control plane: {command.Verb}");
        (bool ok, string text) = command.Verb switch
        {
            "drain" => (true, _commands.Drain()),
            "dump" => (true, _commands.Dump()),
            "renew" => (true, _commands.Renew()),
            "tap-start" when _commands.Flows is { } flows => (flows.StartTap(command.Arguments, out string said), said),
            "tap-stop" when _commands.Flows is { } flows => StopTap(flows, Argument(command, "id")),
            "flow" when _commands.Flows is { } flows => Find(flows, Argument(command, "request-id")),
            "log-level" => SetLogLevel(Argument(command, "level")),
            _ => (false, $"unknown command \"{command.Verb}\""),
        };
        return new CommandResult { Id = command.Id, Ok = ok, Text = text.Length <= ResultMax ? text : text[..ResultMax] };
    }

    private static string Argument(Command command, string name) => command.Arguments.GetValueOrDefault(name) ?? "";

    private static (bool Ok, string Text) StopTap(FlowHub flows, string id) => flows.StopTap(id) ? (true, $"tap {id} ended") : (false, $"there is no tap \"{id}\"");

    private static (bool Ok, string Text) Find(FlowHub flows, string requestId)
        => flows.Find(requestId) is { } json ? (true, json) : (false, $"no record of request \"{requestId}\" is kept");

    private static (bool Ok, string Text) SetLogLevel(string level)
    {
        if (!Enum.TryParse(level, ignoreCase: true, out LogLevel least) || !Enum.IsDefined(least))
        {
            return (false, $"\"{level}\" is no level: info, warn or error");
        }

        ProxyLog.Least = least;
        return (true, $"the log tells {level} and above");
    }

    private void Report()
    {
        if (_call is { } call)
        {
            call.TrySend(new ProxyMessage { Traffic = _facts.Traffic() });
            if (_facts.Checks() is { } checks)
            {
                call.TrySend(new ProxyMessage { Checks = checks });
            }

            _reportTimer.Set(_reportMs);
        }
    }
}
