import type { Command, Option } from 'commander';

/** One command as completion sees it: the words that lead to it, and what may follow. */
interface Node {
  readonly path: readonly string[];
  readonly commands: readonly Command[];
  readonly options: readonly Option[];
}

function nodesOf(command: Command, path: readonly string[], inherited: readonly Option[]): readonly Node[] {
  const options = [...command.options, ...inherited];
  const below = command.commands.flatMap((child) =>
    nodesOf(child, [...path, child.name()], path.length === 0 ? command.options : inherited),
  );
  return [{ path, commands: command.commands, options }, ...below];
}

function flagsOf(options: readonly Option[]): readonly string[] {
  return [...options.flatMap(({ long }) => long ?? []), '--help'];
}

/** A completion script for bash, from the whole tree of commands. Files complete where no word fits. */
export function bashScript(program: Command): string {
  const cases = nodesOf(program, [], []).map(({ path, commands, options }) => {
    const words = [...commands.map((command) => command.name()), ...flagsOf(options)].join(' ');
    return `    '${path.join(' ')}') words='${words}' ;;`;
  });
  const known = nodesOf(program, [], []).flatMap(({ path }) => (path.length === 0 ? [] : [`'${path.join(' ')}'`]));
  return `# bash completion of ${program.name()}
_guras_sync() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path='' next words='' at
  for ((at = 1; at < COMP_CWORD; at++)); do
    case "\${COMP_WORDS[at]}" in -*) continue ;; esac
    next="\${path:+$path }\${COMP_WORDS[at]}"
    case "$next" in
      ${known.join(' | ')}) path="$next" ;;
      *) break ;;
    esac
  done
  case "$path" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _guras_sync ${program.name()}
`;
}

/** The same for zsh, which runs bash's completions. */
export function zshScript(program: Command): string {
  return `#compdef ${program.name()}\nautoload -U +X bashcompinit && bashcompinit\n${bashScript(program)}`;
}

/** A completion script for fish, with descriptions. */
export function fishScript(program: Command): string {
  const tool = program.name();
  const lines = nodesOf(program, [], []).flatMap(({ path, commands, options }) => {
    const names = commands.map((command) => command.name());
    const seen = path.map((word) => `__fish_seen_subcommand_from ${word}`);
    const unseen = names.length === 0 ? [] : [`not __fish_seen_subcommand_from ${names.join(' ')}`];
    const when = [...seen, ...unseen].join('; and ') || 'true';
    const entry = (rest: string): string => `complete -c ${tool} -n ${quoted(when)} ${rest}`;
    return [
      ...commands.map((command) => entry(`-f -a ${command.name()} -d ${quoted(command.description())}`)),
      ...options.map(({ long, description, required }) =>
        entry(`-l ${(long ?? '').replace(/^--/, '')}${required ? ' -r' : ''} -d ${quoted(description)}`),
      ),
    ];
  });
  return `# fish completion of ${tool}\n${lines.join('\n')}\n`;
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, (character) => `\\${character}`)}'`;
}
