using System.CommandLine;
using System.Text;

namespace Weft.Cli.Completion;

/// <summary>Completion scripts: the words stand in the script, live names come from the hidden <c>weft __complete</c>.</summary>
internal static class ShellScripts
{
    public static string Bash(Verb root)
    {
        return $$"""
            # bash completion for weft
            _weft() {
                local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}" verb="" sub="" words="" i
                for ((i = 1; i < COMP_CWORD; i++)); do
                    case "${COMP_WORDS[i]}" in
                        -*) ;;
                        *) if [[ -z $verb ]]; then verb="${COMP_WORDS[i]}"; elif [[ -z $sub ]]; then sub="${COMP_WORDS[i]}"; fi ;;
                    esac
                done
                case "$prev" in
                    -f|--filename) COMPREPLY=($(compgen -f -- "$cur")); return ;;
                    -n|--namespace|--service|--context) COMPREPLY=($(compgen -W "$(weft __complete "$prev" 2>/dev/null)" -- "$cur")); return ;;
                esac
                case "$verb" in
                    "") words="{{Join(Verbs(root))}}" ;;
            {{BashCases(root)}}
                esac
                if [[ $cur == -* ]]; then
                    words="$words {{Join(Options(root))}}"
                elif [[ -n $verb ]]; then
                    words="$words $(weft __complete "$verb" "$cur" 2>/dev/null)"
                fi
                COMPREPLY=($(compgen -W "$words" -- "$cur"))
                [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == */ ]] && compopt -o nospace
            }
            complete -F _weft weft

            """;
    }

    /// <summary>zsh runs the bash function through its own emulation of <c>complete</c>.</summary>
    public static string Zsh(Verb root) => $"#compdef weft\nautoload -U +X bashcompinit && bashcompinit\n{Bash(root)}";

    public static string Fish(Verb root)
    {
        var text = new StringBuilder("# fish completion for weft\ncomplete -c weft -f\n");
        foreach (var option in root.Options.Where(o => !o.Hidden))
        {
            text.Append("complete -c weft").Append(FishOption(option)).Append('\n');
        }

        foreach (var verb in Verbs(root))
        {
            text.Append($"complete -c weft -n __fish_use_subcommand -a {verb.Name} -d {FishQuote(verb.Description ?? "")}\n");
            var seen = $"-n '__fish_seen_subcommand_from {verb.Name}'";
            foreach (var sub in Verbs(verb))
            {
                text.Append($"complete -c weft {seen} -a {sub.Name} -d {FishQuote(sub.Description ?? "")}\n");
            }

            foreach (var option in verb.Options.Where(o => !o.Hidden))
            {
                text.Append($"complete -c weft {seen}{FishOption(option)}\n");
            }

            if (verb.Arguments.Count > 0)
            {
                text.Append($"complete -c weft {seen} -a '(weft __complete {verb.Name} (commandline -ct) 2>/dev/null)'\n");
            }
        }

        return text.ToString();
    }

    private static string BashCases(Verb root)
    {
        var text = new StringBuilder();
        foreach (var verb in Verbs(root))
        {
            var words = Join(Verbs(verb)) + " " + Join(Options(verb));
            text.Append($"        {verb.Name}) words=\"{words.Trim()}\" ;;\n");
            foreach (var sub in Verbs(verb))
            {
                text.Insert(text.Length - 4, $"; [[ $sub == {sub.Name} ]] && words=\"{Join(Options(sub))}\"");
            }
        }

        return text.ToString().TrimEnd('\n');
    }

    private static IEnumerable<Verb> Verbs(Verb verb) => verb.Subcommands.OfType<Verb>().Where(v => !v.Hidden);

    private static IEnumerable<string> Options(Verb verb) => verb.Options.Where(o => !o.Hidden).SelectMany(o => o.Aliases.Append(o.Name));

    private static string Join(IEnumerable<Verb> verbs) => string.Join(' ', verbs.Select(v => v.Name));

    private static string Join(IEnumerable<string> words) => string.Join(' ', words);

    private static string FishOption(Option option)
    {
        var text = new StringBuilder();
        foreach (var name in option.Aliases.Append(option.Name))
        {
            text.Append(name.StartsWith("--", StringComparison.Ordinal) ? $" -l {name[2..]}" : $" -s {name[1..]}");
        }

        if (option.ValueType != typeof(bool))
        {
            text.Append(option.Name switch
            {
                "--filename" => " -rF",
                "--namespace" or "--service" or "--context" => $" -ra '(weft __complete {option.Name} 2>/dev/null)'",
                _ => " -r",
            });
        }

        return text.Append(" -d ").Append(FishQuote(option.Description ?? "")).ToString();
    }

    private static string FishQuote(string text) => "'" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal) + "'";
}
