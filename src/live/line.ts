import { webSocketLive } from '../adapters/node/live-web-socket.ts';
import { httpTransport } from '../adapters/node/transport-http.ts';
import type { FaultScope } from '../faults/plan.ts';
import type { FaultSetting } from '../faults/table.ts';
import type { LiveEvents, LiveFeed } from '../ports/live.ts';
import type { Call, CallOutcome, TokenSource, Transport } from '../ports/transport.ts';
import type { LineEnd, PhoneLine } from '../stage/phone-world.ts';
import type { StageNetwork } from '../stage/stage.ts';
import type { Teller } from '../stage/teller.ts';
import type { FaultProxy } from './fault-proxy.ts';
import type { ScaledTime } from './scaled-time.ts';
import { SignIn } from './sign-in.ts';

/** What a real line needs. */
export interface LiveLineOptions {
  readonly proxy: FaultProxy;
  readonly time: ScaledTime;
  readonly teller: Teller;
  /** Tokens of a user. */
  readonly tokensOf: (user: string) => TokenSource;
  /** Takes the id under which a device makes itself known. */
  readonly named: (deviceId: string, device: string) => void;
  /** Takes what an engine throws when it is given an outcome. */
  readonly fail: (error: unknown) => void;
}

/** The line of all phones of a live world: real HTTP through the fault proxy. */
export class LiveLine implements PhoneLine, StageNetwork {
  readonly #options: LiveLineOptions;
  /** By device, then by user: each has tokens of their own. */
  readonly #signIns = new Map<string, Map<string, SignIn>>();
  readonly #transports = new Map<string, Transport>();
  /** What closes the live connections of each device. */
  readonly #feeds = new Map<string, Set<() => void>>();
  readonly #offline = new Set<string>();
  readonly #partitioned = new Set<string>();

  constructor(options: LiveLineOptions) {
    this.#options = options;
  }

  transportOf(end: LineEnd): Transport {
    const { proxy, time } = this.#options;
    const http = httpTransport({
      baseUrl: proxy.url,
      tokens: this.#signInOf(end.device, end.user),
      subject: end.user,
      clock: { after: (delayMs, callback) => time.after(delayMs, end.device, callback) },
      requestTimeoutMs: end.requestTimeoutMs,
    });
    this.#transports.set(end.device, http);
    return {
      send: (call, done) => {
        this.#options.named(call.deviceId, end.device);
        const told = this.#told(end, call, done);
        return end.isOnline() ? http.send(call, told) : this.#refused(end, told);
      },
      close: () => http.close(),
    };
  }

  liveOf(end: LineEnd): LiveFeed {
    const { proxy, named } = this.#options;
    const { device, user, requestTimeoutMs } = end;
    const feed = webSocketLive({
      baseUrl: proxy.url,
      tokens: this.#signInOf(device, user),
      subject: user,
      requestTimeoutMs,
    });
    return {
      open: (deviceId, events) => {
        named(deviceId, device);
        const open = feed.open(deviceId, this.#heard(end, events));
        const close = (): void => {
          this.#feeds.get(device)?.delete(close);
          open.close();
        };
        this.#feeds.set(device, (this.#feeds.get(device) ?? new Set()).add(close));
        return { close };
      },
    };
  }

  setOnline(device: string, online: boolean): void {
    const { proxy } = this.#options;
    if (online) {
      this.#offline.delete(device);
      proxy.mend(device);
      if (this.#partitioned.has(device)) proxy.partition([device]);
    } else {
      this.#offline.add(device);
      proxy.takeOffline(device);
    }
  }

  forget(device: string): void {
    const transport = this.#transports.get(device);
    this.#transports.delete(device);
    for (const close of this.#feeds.get(device) ?? []) close();
    transport?.close().catch(this.#options.fail);
  }

  arm(setting: FaultSetting, scope: FaultScope): void {
    this.#options.proxy.arm(setting, scope);
  }

  disarm(device: string): void {
    this.#options.proxy.disarm(device);
  }

  setRenewal(device: string, takesMs: number | null): void {
    for (const signIn of this.#signInsOf(device)) signIn.setRenewal(takesMs);
  }

  renewals(device: string): number {
    return this.#signInsOf(device).reduce((sum, { renewals }) => sum + renewals, 0);
  }

  partition(devices: readonly string[]): void {
    for (const device of devices) this.#partitioned.add(device);
    this.#options.proxy.partition(devices);
    this.#options.teller.tell('line', 'network', { partitioned: [...this.#partitioned] });
  }

  heal(): void {
    const { proxy, teller } = this.#options;
    for (const device of this.#partitioned) if (!this.#offline.has(device)) proxy.mend(device);
    this.#partitioned.clear();
    teller.tell('line', 'network', { partitioned: [] });
  }

  setLatency(latencyMs: number): void {
    this.#options.proxy.setLatency(latencyMs);
  }

  isHeld(hold: string): boolean {
    return this.#options.proxy.held().includes(hold);
  }

  release(hold: string): boolean {
    return this.#options.proxy.release(hold);
  }

  /** Ends all calls and frees all sockets. */
  async close(): Promise<void> {
    await Promise.all([...this.#transports.values()].map((transport) => transport.close()));
    this.#transports.clear();
    for (const closes of this.#feeds.values()) for (const close of closes) close();
  }

  #signInsOf(device: string): readonly SignIn[] {
    return [...(this.#signIns.get(device)?.values() ?? [])];
  }

  /** One sign-in per device and user over all lives. */
  #signInOf(device: string, user: string): SignIn {
    const { tokensOf, time } = this.#options;
    const ofDevice = this.#signIns.get(device) ?? new Map<string, SignIn>();
    const signIn = ofDevice.get(user) ?? new SignIn(tokensOf(user), { device, time });
    this.#signIns.set(device, ofDevice.set(user, signIn));
    return signIn;
  }

  /** Gives outcomes to a life that still lives, and notes those that come too late. */
  #told(end: LineEnd, call: Call, done: (outcome: CallOutcome) => void): (outcome: CallOutcome) => void {
    return (outcome) => {
      if (!end.isAlive()) {
        this.#options.teller.tell('dropped', end.device, { callId: end.callName(call.id), reason: 'earlier life' });
        return;
      }
      try {
        done(outcome);
      } catch (error) {
        this.#options.fail(error);
      }
    };
  }

  /** What is told to a life that still lives; what it throws ends the run. */
  #heard(end: LineEnd, events: LiveEvents): LiveEvents {
    const heard = (tell: () => void): void => {
      if (!end.isAlive()) return;
      try {
        tell();
      } catch (error) {
        this.#options.fail(error);
      }
    };
    return {
      hello: (heartbeatMs) => heard(() => events.hello(heartbeatMs)),
      changed: () => heard(() => events.changed()),
      beat: () => heard(() => events.beat()),
      closed: (how) => heard(() => events.closed(how)),
    };
  }

  #refused(end: LineEnd, told: (outcome: CallOutcome) => void): { abort(): void } {
    let outcome: CallOutcome = { kind: 'failure', reason: 'unreachable', detail: 'there is no line' };
    this.#options.time.after(0, end.device, () => told(outcome));
    return {
      abort: () => {
        outcome = { kind: 'failure', reason: 'aborted', detail: 'the caller gave up' };
      },
    };
  }
}
