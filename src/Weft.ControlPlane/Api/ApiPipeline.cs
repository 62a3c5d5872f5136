using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Weft.ControlPlane.Audit;
using Weft.ControlPlane.Pages;
using Weft.ControlPlane.Store;
using Weft.ControlPlane.Traffic;

namespace Weft.ControlPlane.Api;

/// <summary>What happens around every call: framing that two readers could read differently is refused, the caller is authenticated, and every
/// failure becomes one error answer.</summary>
internal sealed partial class ApiPipeline(Caller caller, PageServer pages, PageGuard guard, RefusalBudget budget, IModelStore store, ILogger log)
{
    private const string CallerItem = "weft.caller";

    public static Actor ActorOf(HttpContext context) => CallerOf(context).Actor;

    public static Role RoleOf(HttpContext context) => CallerOf(context).Role;

    /// <summary>Null for callers without a cookie.</summary>
    public static PageSession? SessionOf(HttpContext context) => CallerOf(context).Session;

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            RefuseAmbiguousFraming(context);
            PageGuard.AddHeaders(context.Response);
            if (PageServer.IsPage(context.Request.Path))
            {
                await pages.AnswerAsync(context);
                return;
            }

            Authenticate(context);
            await next(context);
            await AnswerBareStatusAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            context.Abort();
        }
        catch (Exception fault) when (!context.Response.HasStarted)
        {
            await ApiAnswer.WriteAsync(context, Translate(fault));
        }
    }

    /// <summary>Runs a change. A refusal is written to the audit log before it is answered; what succeeds has its record in its own transaction.</summary>
    public async Task ChangeAsync(HttpContext context, string action, string detail, Func<Actor, Task> change)
    {
        Actor actor = ActorOf(context);
        try
        {
            await change(actor);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            store.AppendAudit(new AuditEntry(actor, action, detail, Translate(fault).Outcome));
            throw;
        }
    }

    /// <summary>Kestrel reads a request with both headers as chunked, moves the length aside and goes on (RFC 9112, 6.3); here that is an attack.</summary>
    private static void RefuseAmbiguousFraming(HttpContext context)
    {
        IHeaderDictionary headers = context.Request.Headers;
        if (headers.TransferEncoding.Count > 0 && (headers.ContentLength is not null || headers.ContainsKey("X-Content-Length")))
        {
            context.Response.Headers.Connection = "close";
            throw ApiFailureException.BadRequest("the request has both Content-Length and Transfer-Encoding");
        }
    }

    private void Authenticate(HttpContext context)
    {
        try
        {
            (Actor Actor, Role Role, PageSession? Session) found = caller.Authenticate(context);
            if (found.Session is not null && !guard.IsOurs(context))
            {
                throw ApiFailureException.Of(421, ApiCodes.NotAllowed, "this server is not known by that name; add it with --name, or use its address");
            }

            RoleRules.Check(found.Role, context.Request);
            context.Items[CallerItem] = found;
        }
        catch (ApiFailureException refusal)
        {
            bool isRead = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
            if (!isRead && budget.TryTake())
            {
                string peer = context.Connection.RemoteIpAddress?.ToString() ?? "socket";
                store.AppendAudit(new AuditEntry(new Actor($"unknown:{peer}"), "api.call", context.Request.Method, refusal.Outcome));
            }

            throw;
        }
    }

    private static (Actor Actor, Role Role, PageSession? Session) CallerOf(HttpContext context) => ((Actor, Role, PageSession?))context.Items[CallerItem]!;

    private static async Task AnswerBareStatusAsync(HttpContext context)
    {
        HttpResponse response = context.Response;
        if (response.HasStarted || response.StatusCode < 400 || response.ContentLength is not null)
        {
            return;
        }

        ApiFailureException failure = response.StatusCode switch
        {
            404 => ApiFailureException.NotFound("the API has no such call"),
            405 => ApiFailureException.Of(405, ApiCodes.BadRequest, "the call does not take this method"),
            int status => ApiFailureException.Of(status, ApiCodes.BadRequest, "the request cannot be served"),
        };
        await ApiAnswer.WriteAsync(context, failure);
    }

    private ApiFailureException Translate(Exception fault)
    {
        switch (fault)
        {
            case ApiFailureException failure:
                return failure;
            case StoreException:
                Log.StoreFailed(log, fault);
                return ApiFailureException.Unavailable($"{fault.Message}; nothing was changed");
            case FigureSourceException:
                Log.SourceFailed(log, fault.Message);
                return ApiFailureException.Of(502, ApiCodes.SourceFailed, fault.Message);
            case OperationCanceledException:
                return ApiFailureException.Unavailable("the control plane is stopping");
            case BadHttpRequestException bad:
                return ApiFailureException.Of(bad.StatusCode, ApiCodes.BadRequest, bad.Message);
            default:
                Log.Bug(log, fault);
                return ApiFailureException.Of(500, ApiCodes.Bug, "the control plane has a bug; its log has the details");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 201, Level = LogLevel.Error, Message = "the store failed during a call")]
        public static partial void StoreFailed(ILogger log, Exception fault);

        [LoggerMessage(EventId = 203, Level = LogLevel.Warning, Message = "a question about traffic has no answer: {Reason}")]
        public static partial void SourceFailed(ILogger log, string reason);

        [LoggerMessage(EventId = 202, Level = LogLevel.Error, Message = "a call failed for a reason that was thought impossible")]
        public static partial void Bug(ILogger log, Exception fault);
    }
}
