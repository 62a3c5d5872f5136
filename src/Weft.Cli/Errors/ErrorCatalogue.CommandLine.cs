namespace Weft.Cli.Errors;

internal static partial class ErrorCatalogue
{
    private static IReadOnlyList<ErrorEntry> CommandLine =>
    [
        new("WF0001", "Unknown command", "The first word after weft, or after a parent command, is none of its verbs.", "Take the verb that the message suggests, or look at weft --help."),
        new("WF0002", "Unknown option", "The verb does not take this option. Options mean the same everywhere, but not every verb has a use for each.", "Look at weft VERB --help."),
        new("WF0003", "Wrong value or missing argument", "The command line was understood up to an argument that is missing, repeated or has no sensible value.", "The message names the argument and what it takes; weft VERB --help shows examples."),
        new("WF0004", "A question would be needed", "The verb changes or removes something and asks first, but there is no terminal to ask on, or --no-input was given.", "Look at the plan that was printed and run it again with -y."),
        new("WF0005", "File cannot be read", "A file or folder named on the command line does not exist, is not readable or is too large.", "Check the path and its permissions."),
        new("WF0006", "Configuration file is wrong", "A configuration file of the command line has a key or value that is not known. Nothing is guessed.", "Correct the line that the message names. Files: $XDG_CONFIG_HOME/weft/config.yaml and /etc/weft/config.yaml; ./.weft.yaml may only choose a context and a namespace."),
        new("WF0007", "Unknown context", "No context of this name is in the configuration file.", "Take one of the names that the message lists, or add it to the configuration file."),
        new("WF0010", "The control plane cannot be reached", "Nothing answers where the control plane is expected. Traffic does not depend on it: proxies go on with what they have.", "Start it with weft server, or weft demo, or point the command line at it with WEFT_SOCKET or WEFT_SERVER: weft help connection."),
        new("WF0011", "Not authenticated or not allowed", "The control plane refused who asks: the token is missing, expired or may not do this; or the socket belongs to another user.", "Give a token with WEFT_TOKEN_FILE, or run as the user who started the control plane."),
        new("WF0012", "Not found", "The thing named does not exist in this namespace.", "weft get TYPE -A lists what exists."),
        new("WF0013", "Conflict", "Somebody changed the same thing first, or the two programs are too far apart in version.", "Look at weft get commits, and at weft version for both versions."),
        new("WF0014", "Timed out", "The time given with --timeout was over before the answer came. What was started goes on.", "Look at weft status for the proxies that lag, or wait longer."),
        new("WF0015", "The control plane's answer makes no sense", "The answer is not what this version of the API says, so the programs probably have different versions.", "Compare the versions with weft version."),
        new("WF0016", "Proxies refused a commit", "The commit is stored, but the named proxies found something in it that they cannot run and go on with what they had.", "The reason stands beside each proxy. weft undo takes the commit back."),
        new("WF0017", "A program is missing", "weft could not find another program that it needs beside itself or in the search path.", "Build or install the program that the message names."),
        new("WF0018", "Unknown code or topic", "weft explain knows codes of the form WF1234 that this version can show.", "weft help topics and docs/reference/errors.md list what there is."),
        new("WF0019", "Nothing was changed", "The question was answered with no.", "Run the command again and answer y, or give -y."),
        new("WF0020", "The call is wrong", "The control plane does not take a parameter or header of this call as it was sent.", "The message names it. If weft itself sent it, compare the versions with weft version."),
        new("WF0021", "The control plane cannot serve this now", "A part of it, such as its store, does not work at the moment. Nothing was changed.", "Try again; if it stays so, look at the control plane's log and at weft check."),
        new("WF0022", "The control plane has no such part", "It runs without the part that this call needs, or is older than weft.", "Compare the versions with weft version."),
        new("WF0023", "The source of figures does not answer", "The control plane gets its tables and series of traffic from a Prometheus (--query-source), which is away, refuses, or does not scrape the proxies. Traffic, weft status, weft why, the map and weft tap do not depend on it.", "The message names its address and what to do. Without --query-source the control plane answers from its own figures."),
        new("WF9001", "A bug in weft", "weft did something that its authors thought impossible. A report has been written; nothing in it has been sent anywhere.", "Please file the report. What was asked for may be done in part; weft status tells."),
    ];
}
