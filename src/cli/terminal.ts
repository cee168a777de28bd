import { writeSync } from 'node:fs';
import process from 'node:process';
import { isatty } from 'node:tty';
import { type ExitCode, exit, exitAfter, type StopSignal } from './exit.ts';
import { LineReader } from './line-reader.ts';

/** Where text goes. Writing to a reader that has gone does nothing. */
export interface TextSink {
  write(text: string): void;
  /** Whether a person sees it as it comes. */
  readonly isTTY: boolean;
  /** Cells per line, 1 or more. */
  readonly columns: number;
}

/** What a command sees of the process it runs in: streams, environment and the wish that it should end. */
export interface Terminal {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  /** Whether a person types on standard input. */
  readonly stdin: { readonly isTTY: boolean };
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** All of standard input as UTF-8 text. */
  readStdin(): Promise<string>;
  /** The next line of standard input without its end, or null when there is none. Not beside {@link readStdin}. */
  readLine(): Promise<string | null>;
  /**
   * Calls back at the first SIGINT or SIGTERM, in place of the process ending at once; a second one ends it. Until the
   * returned function is called.
   */
  onStop(listener: (signal: StopSignal) => void): () => void;
  /** Calls back when nobody reads standard output any more (`| head`), until the returned function is called. */
  onReaderGone(listener: () => void): () => void;
  /** Ends the process soon with this code, whatever still runs in it. */
  leave(code: ExitCode): void;
}

const columnsDefault = 80;

/** The terminal of this process. Call it once: it takes over the error events of the output streams. */
export function processTerminal(): Terminal {
  const gone = new Set<() => void>();
  let lines: LineReader | null = null;
  return {
    stdout: sinkOf(process.stdout, () => {
      for (const listener of gone) listener();
    }),
    stderr: sinkOf(process.stderr, () => undefined),
    // Asked of the descriptor: the stream itself is opened only where it is read.
    stdin: { isTTY: isatty(0) },
    environment: process.env,
    readStdin,
    readLine: () => {
      lines ??= new LineReader(process.stdin);
      return lines.next();
    },
    onStop,
    onReaderGone(listener) {
      gone.add(listener);
      return () => gone.delete(listener);
    },
    leave: (code) => {
      setImmediate(() => process.exit(code));
    },
  };
}

function sinkOf(stream: NodeJS.WriteStream, onGone: () => void): TextSink {
  let open = true;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    open = false;
    // A reader that went away is how `| head` ends; anything else, like a full disk behind `>`, must be heard.
    if (error.code === 'EPIPE') onGone();
    else endUnheard(error);
  });
  return {
    write: (text) => {
      if (open) stream.write(text);
    },
    isTTY: stream.isTTY === true,
    get columns() {
      return stream.columns ?? columnsDefault;
    },
  };
}

/** The output can't be written: nobody can be told by it, and what follows would be lost. */
function endUnheard(error: Error): void {
  writeSync(process.stderr.fd, `error: the output can not be written: ${error.message}\n`);
  process.exit(exit.world);
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function onStop(listener: (signal: StopSignal) => void): () => void {
  let asked = false;
  const heard = (signal: StopSignal): void => {
    if (asked) process.exit(exitAfter(signal));
    asked = true;
    listener(signal);
  };
  process.on('SIGINT', heard);
  process.on('SIGTERM', heard);
  return () => {
    process.off('SIGINT', heard);
    process.off('SIGTERM', heard);
  };
}
