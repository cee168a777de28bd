import { isHttpAddress, isLoopback } from '../address.ts';
import { collect, type Invocation, isOn, type Leaf, textsOption } from '../command.ts';
import { type ExitCode, exitAfter, usageError } from '../exit.ts';
import { suggestWord } from '../known-word.ts';
import { addTokensOptions, tokensWanted } from '../token-options.ts';
import { wholeNumber } from '../whole-number.ts';

/** `conformance`: asks a server everything that the contract promises, and judges the answers. */
export const conformance: Leaf = {
  shape: (command) => {
    command
      .argument('[url]', 'address of the server')
      .option('--only <claim>', 'only this claim, or all of a topic; may be repeated', collect)
      .option('--list', 'print the claims; asks nothing')
      .option('--faults', "use the server's /fault too: it changes the server for all its users")
      .option('--i-own-this-target', 'needed for a server that is not on this machine')
      .option('--timeout <seconds>', 'how long an answer may take', wholeNumber(1, 600), 30)
      .option(
        '--report <format[:file]>',
        'text, json, junit or html, to a file or standard output; may be repeated',
        collect,
      );
    addTokensOptions(command);
  },
  examples: [
    ['conformance http://127.0.0.1:8080', 'asks a server on this machine, as users made up for it'],
    [
      'conformance https://staging.example.org --i-own-this-target --token-file own=ana.jwt --token-file other=bea.jwt --report html:page.html',
      'asks another one as two users who are there for tests, and keeps a page',
    ],
    [
      'conformance http://127.0.0.1:8080 --only groups --only a-repeat-counts-once',
      'asks about one topic and one claim',
    ],
    ['conformance --list', 'prints all claims'],
  ],
  run: async (invocation) => {
    const { probes } = await import('../../conformance/probes/table.ts');
    const chosen = chosenProbes(probes, textsOption(invocation, 'only'));
    if (isOn(invocation, 'list')) return (await import('../tell-conformance.ts')).listClaims(chosen, invocation.output);
    const url = targetOf(invocation);
    const { runConformance } = await import('../run-conformance.ts');
    const ended = await runConformance({
      url,
      probes: chosen,
      tokens: tokensWanted(invocation),
      faults: isOn(invocation, 'faults'),
      timeoutMs: Number(invocation.options.timeout) * 1_000,
      reports: textsOption(invocation, 'report'),
      invocation,
    });
    return ended.stoppedBy === null ? (ended.exitCode satisfies ExitCode) : exitAfter(ended.stoppedBy);
  },
};

/** The probes that `--only` names, by claim or topic; all when it is not there. */
function chosenProbes<T extends { readonly claim: string; readonly topic: string }>(
  probes: readonly T[],
  only: readonly string[],
): readonly T[] {
  const known = new Set(probes.flatMap(({ claim, topic }) => [claim, topic]));
  const strange = only.find((word) => !known.has(word));
  if (strange !== undefined) throw usageError(`there is no claim or topic "${strange}"`, remedyOf(strange, [...known]));
  return only.length === 0 ? probes : probes.filter(({ claim, topic }) => only.includes(claim) || only.includes(topic));
}

/** A hundred names would hide the one that is meant. */
function remedyOf(word: string, known: readonly string[]): string {
  const [meant = ''] = suggestWord(word, known).split('known:');
  return `${meant}see conformance --list`;
}

function targetOf(invocation: Invocation): string {
  const [url] = invocation.args;
  if (typeof url !== 'string')
    throw usageError('no server is named', 'name its address: conformance http://127.0.0.1:8080');
  if (!isHttpAddress(url)) throw usageError(`"${url}" is no http or https address`, 'write it as https://host/path');
  if (isLoopback(url) || isOn(invocation, 'iOwnThisTarget')) return url;
  throw usageError(
    `${new URL(url).hostname} is not this machine: conformance writes and deletes rows, and sends bodies and headers that abuse a server`,
    'if the server is yours and nobody works with it, add --i-own-this-target',
  );
}
