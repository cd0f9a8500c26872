// `mosaic completion bash`: what a shell needs to complete our commands and flags, written from the commands themselves.

import { Argument, Command } from 'commander';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

/** `program`: whose commands are completed. */
export function completionCommand(program: Command): Command {
  return new Command('completion')
    .description('print completions for a shell')
    .addArgument(new Argument('<shell>', 'whose').choices(SHELLS))
    .addHelpText('after', EXAMPLES)
    .action((shell: Shell) => {
      process.stdout.write(completion(shell, wordsOf(program)));
    });
}

const EXAMPLES = `
Examples
  mosaic completion bash > /etc/bash_completion.d/mosaic
  mosaic completion zsh > "\${fpath[1]}/_mosaic"
  mosaic completion fish > ~/.config/fish/completions/mosaic.fish`;

export interface Flag {
  readonly long: string;
  readonly short?: string | undefined;
  readonly about: string;
  /** What may stand behind it; nothing named where it is a file, a moment or a name; undefined where it stands alone. */
  readonly values?: readonly string[] | undefined;
}

export interface CommandWords {
  readonly name: string;
  readonly about: string;
  readonly flags: readonly Flag[];
  /** What may stand behind it: commands of its own, and words among which it chooses. */
  readonly words: readonly string[];
}

export const wordsOf = ({ commands }: Command): readonly CommandWords[] =>
  commands.map((command) => ({
    name: command.name(),
    about: command.description(),
    flags: flagsOf(command),
    words: [
      ...command.commands.map((own) => own.name()),
      ...command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices),
    ],
  }));

/** Its own and those of its commands, each once. */
const flagsOf = (command: Command): CommandWords['flags'] => {
  const all = [command, ...command.commands].flatMap(({ options }) => options);
  const flags = all.flatMap(({ long, short, description: about, required, optional, argChoices = [] }): Flag[] =>
    long ? [{ long, short, about, values: required || optional ? argChoices : undefined }] : [],
  );
  return [...new Map(flags.map((flag) => [flag.long, flag])).values()];
};

export function completion(shell: Shell, commands: readonly CommandWords[]): string {
  if (shell === 'fish') return fish(commands);
  return shell === 'bash' ? bash(commands) : zsh(commands);
}

const flagWords = ({ words, flags }: CommandWords): string =>
  [...words, ...flags.map(({ long }) => long), '--help'].join(' ');
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Lines of a shell's `case` on a command and the flag before the word. */
const valued = (
  commands: readonly CommandWords[],
  chosen: (values: readonly string[]) => string,
  free: string,
): string =>
  commands
    .flatMap(({ name, flags }) =>
      flags.flatMap(({ long, short, values }) => {
        if (values === undefined) return [];
        const forms = [long, ...(short === undefined ? [] : [short])].map((flag) => `"${name} ${flag}"`).join('|');
        return [`    ${forms}) ${values.length === 0 ? free : chosen(values)} ;;`];
      }),
    )
    .join('\n');

const bash = (commands: readonly CommandWords[]): string => `_mosaic() {
  local word="\${COMP_WORDS[COMP_CWORD]}"
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(' ')}" -- "$word"))
    return
  fi
  case "\${COMP_WORDS[1]} \${COMP_WORDS[COMP_CWORD-1]}" in
${valued(commands, (values) => `COMPREPLY=($(compgen -W "${values.join(' ')}" -- "$word")); return`, 'return')}
  esac
  case "\${COMP_WORDS[1]}" in
${commands.map((command) => `    ${command.name}) COMPREPLY=($(compgen -W "${flagWords(command)}" -- "$word")) ;;`).join('\n')}
  esac
}
complete -o default -F _mosaic mosaic
`;

const zsh = (commands: readonly CommandWords[]): string => `#compdef mosaic
_mosaic() {
  if (( CURRENT == 2 )); then
    local -a commands=(${commands.map(({ name, about }) => quoted(`${name}:${about.replaceAll(':', '\\:')}`)).join(' ')})
    _describe command commands
    return
  fi
  case "$words[2] $words[CURRENT-1]" in
${valued(commands, (values) => `compadd -- ${values.join(' ')}; return`, '_files; return')}
  esac
  case "$words[2]" in
${commands.map((command) => `    ${command.name}) compadd -- ${flagWords(command)} ;;`).join('\n')}
  esac
}
compdef _mosaic mosaic
`;

function fishFlag({ long, short, values }: Flag): string {
  const named = `-l ${long.slice(2)}${short === undefined ? '' : ` -s ${short.slice(1)}`}`;
  if (values === undefined) return named;
  return values.length === 0 ? `${named} -r` : `${named} -x -a ${quoted(values.join(' '))}`;
}

const fish = (commands: readonly CommandWords[]): string =>
  commands
    .flatMap(({ name, about, flags, words }) => [
      `complete -c mosaic -n __fish_use_subcommand -f -a ${name} -d ${quoted(about)}`,
      ...words.map((word) => `complete -c mosaic -n '__fish_seen_subcommand_from ${name}' -f -a ${word}`),
      ...flags.map(
        (flag) =>
          `complete -c mosaic -n '__fish_seen_subcommand_from ${name}' ${fishFlag(flag)} -d ${quoted(flag.about)}`,
      ),
    ])
    .map((line) => `${line}\n`)
    .join('');
