namespace Weft.Cli.Commands;

/// <summary>Every topic of <c>weft help</c>; they also make the end of the reference page.</summary>
internal static class HelpTopics
{
    public static IReadOnlyList<HelpTopic> All { get; } =
    [
        new("connection", "how weft finds the control plane", """
            weft looks for the control plane in this order and takes the first:

              --context NAME   a context of the configuration file
              WEFT_SOCKET      path of the control plane's Unix socket
              WEFT_SERVER      https://HOST:15011, with
                WEFT_TOKEN_FILE  a file that holds the bearer token
                WEFT_CA_FILE     the mesh's root certificate, PEM: weft certs trust
              WEFT_CONTEXT     a context of the configuration file
              current          the context that the configuration file names
              weft.sock        in WEFT_SERVER_DATA, else /var/lib/weft for root,
                               $XDG_STATE_HOME/weft (~/.local/state/weft) otherwise
              the demo         that root runs on this machine, if one runs

            Nothing answers: exit 69. Traffic does not depend on the control plane.
            """),
        new("configuration", "the configuration file", """
            Read from $XDG_CONFIG_HOME/weft/config.yaml (~/.config/weft/config.yaml),
            else /etc/weft/config.yaml:

              current: prod
              namespace: shop
              contexts:
                - name: prod
                  server: https://mesh.example:15011
                  tokenFile: /etc/weft/token
                  caFile: /etc/weft/root.pem
                - name: here
                  socket: /var/lib/weft/weft.sock

            A ./.weft.yaml may hold "current" and "namespace" and nothing else: a folder
            that somebody else wrote must not decide where a token is sent.
            """),
        new("output", "formats, colour, what goes where", """
            The answer goes to standard output; progress, hints, warnings and errors go to
            standard error. -o table is for people, -o json, yaml and csv for programs, -o
            name for scripts; the verb's help lists what it has. JSON carries apiVersion
            and kind; weft schema prints the schemas. With -o json an error is one JSON
            object on standard error.

            Colour, first that applies: --color=always|never or --no-color, NO_COLOR,
            CLICOLOR_FORCE or FORCE_COLOR, TERM=dumb, whether the stream is a terminal.
            Colour never carries meaning alone. Without a UTF-8 locale the marks are
            ok, warn and FAIL.
            """),
        new("filters", "the language of weft tap, logs and trace", """
            status>=500 && path.startsWith("/api")
            not mtls or latency > 200ms and source in (web, shop/worker)
            path =~ /users/*/orders && !has(route)

            == (or =) != < <= > >=   compare; times need a unit: 200ms, 1.5s
            =~                       a pattern in which * stands for anything
            in (a, b)                one of these
            startsWith endsWith contains has
            && (and)  || (or)  ! (not)  ( )

            Fields, the most used: source destination method host path template status
            grpc_status reason latency application client_rtt server_rtt queue attempts
            mtls route policy version bytes request_id trace_id. All of them:
            docs/reference/flow-record.md. Put the whole filter in quotes for your shell.
            """),
        new("names", "how things are named", """
            TYPE/NAME            svc/cart, httproute/cart, workload/cart-1
            TYPE/NAMESPACE/NAME  HTTPRoute/shop/cart, as lists print it
            -n NAME              the namespace; else WEFT_NAMESPACE, else that of the
                                 context, else "default"
            -A                   all namespaces
            -l app=cart,tier!=x  labels

            status, stat and edges show every namespace unless -n is given.
            """),
    ];
}
