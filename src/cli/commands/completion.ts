import { type Leaf, textAt } from '../command.ts';
import { bashScript, fishScript, zshScript } from '../completion-script.ts';
import { exit, usageError } from '../exit.ts';
import { suggestWord } from '../known-word.ts';

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;
const shells = Object.keys(scripts);

/** `completion`: a script that completes commands and options in a shell. */
export const completion: Leaf = {
  shape: (command) => command.argument('<shell>', shells.join(', ')),
  examples: [
    ['completion bash > ~/.local/share/bash-completion/completions/guras-sync', 'installs completion for bash'],
    ['completion fish > ~/.config/fish/completions/guras-sync.fish', 'installs completion for fish'],
  ],
  run: async (invocation) => {
    const shell = textAt(invocation, 0);
    if (!Object.hasOwn(scripts, shell))
      throw usageError(`there is no script for "${shell}"`, suggestWord(shell, shells));
    const script = scripts[shell as keyof typeof scripts](await invocation.wholeTree());
    if (invocation.output.isJson) invocation.output.result({ shell, script }, () => []);
    else invocation.output.raw(script);
    return exit.ok;
  },
};
