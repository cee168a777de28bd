import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

const names = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome', 'chrome'];

/** The Chromium of this machine: the program that `GURAS_CHROMIUM` names, else the first known one on the path, else null. */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): string | null {
  if (environment.GURAS_CHROMIUM !== undefined) return environment.GURAS_CHROMIUM;
  const folders = (environment.PATH ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What a person might see the page on. */
export interface Screen {
  readonly scheme: 'light' | 'dark';
  readonly width: number;
  readonly height: number;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

/** A headless Chromium, spoken to by its DevTools protocol over a pipe: it ends when the pipe does. */
export class Browser {
  readonly #child: ChildProcess;
  readonly #profile: string;
  readonly #waiting = new Map<number, (message: Message) => void>();
  readonly #events = new Set<(message: Message) => void>();
  #last = 0;
  #rest = '';

  constructor(program: string) {
    this.#profile = mkdtempSync(join(tmpdir(), 'guras-chromium-'));
    // Without a sandbox: containers and root have none. It opens only pages that the test wrote.
    const options = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--hide-scrollbars'];
    const places = ['--remote-debugging-pipe', `--user-data-dir=${this.#profile}`, 'about:blank'];
    const stdio = ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] as const;
    this.#child = spawn(program, [...options, ...places], { stdio: [...stdio] });
    (this.#child.stdio[4] as Readable).setEncoding('utf8').on('data', (chunk: string) => this.#heard(chunk));
  }

  /** Opens a page and waits until it is loaded. */
  async open(url: string, screen: Screen): Promise<Page> {
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
    const page = new Page(this, String(sessionId));
    await page.show(screen);
    await page.navigate(url);
    return page;
  }

  /** One call of the protocol. */
  send(method: string, params: object = {}, sessionId?: string): Promise<Readonly<Record<string, unknown>>> {
    this.#last += 1;
    const id = this.#last;
    (this.#child.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result, error }) => (error ? reject(new Error(error.message)) : resolve(result ?? {})));
    });
  }

  /** Hears every event of the protocol until the returned function is called. */
  listen(listener: (message: Message) => void): () => void {
    this.#events.add(listener);
    return () => this.#events.delete(listener);
  }

  /** Ends the browser and takes its profile away. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#child.once('close', resolve));
    await this.send('Browser.close');
    await closed;
    rmSync(this.#profile, { recursive: true, force: true });
  }

  #heard(chunk: string): void {
    const messages = (this.#rest + chunk).split('\0');
    this.#rest = messages.pop() ?? '';
    for (const text of messages) {
      const message = JSON.parse(text) as Message;
      if (message.id === undefined) for (const listener of [...this.#events]) listener(message);
      else this.#waiting.get(message.id)?.(message);
    }
  }
}

/** One page in a browser. */
export class Page {
  /** What the page asked the network for, beside itself, and what its console and its policy complained of. */
  readonly requests: string[] = [];
  readonly complaints: string[] = [];
  readonly #browser: Browser;
  readonly #session: string;

  constructor(browser: Browser, session: string) {
    this.#browser = browser;
    this.#session = session;
  }

  /** Sets size and colour scheme. */
  async show({ scheme, width, height }: Screen): Promise<void> {
    await this.#send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
    await this.#send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
  }

  /** Goes to an address and waits until the page is loaded. */
  async navigate(url: string): Promise<void> {
    for (const domain of ['Page', 'Network', 'Log', 'Runtime']) await this.#send(`${domain}.enable`);
    const loaded = new Promise<void>((resolve) => {
      this.#browser.listen(({ method, params }) => {
        const request = params?.request as { readonly url: string } | undefined;
        if (method === 'Network.requestWillBeSent' && request && request.url !== url) this.requests.push(request.url);
        if (method === 'Log.entryAdded' || method === 'Runtime.exceptionThrown')
          this.complaints.push(JSON.stringify(params));
        if (method === 'Page.loadEventFired') resolve();
      });
    });
    await this.#send('Page.navigate', { url });
    await loaded;
  }

  /** The value of an expression in the page, promises awaited. Rejects with what it throws. */
  async evaluate<T>(expression: string): Promise<T> {
    const options = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await this.#send('Runtime.evaluate', options);
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return (result as { readonly value: T }).value;
  }

  /** Presses and lets go of a key. */
  async press(key: string): Promise<void> {
    const text = key === 'Enter' ? '\r' : undefined;
    await this.#send('Input.dispatchKeyEvent', { type: 'keyDown', key, code: key, windowsVirtualKeyCode: 13, text });
    await this.#send('Input.dispatchKeyEvent', { type: 'keyUp', key, code: key, windowsVirtualKeyCode: 13 });
  }

  /** What is on the screen, as PNG. */
  async screenshot(): Promise<Buffer> {
    const { data } = await this.#send('Page.captureScreenshot');
    return Buffer.from(String(data), 'base64');
  }

  #send(method: string, params: object = {}): Promise<Readonly<Record<string, unknown>>> {
    return this.#browser.send(method, params, this.#session);
  }
}
