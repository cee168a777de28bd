import process from 'node:process';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { AnswerFacts } from '../decide/answer.ts';

/** Seconds, as OpenTelemetry recommends for HTTP servers and .NET 8 uses. */
const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const lagBuckets = [0, 1, 10, 100, 1_000, 10_000, 100_000, 1_000_000];

/** How one request ended. */
export interface RequestEnd {
  readonly method: string;
  /** The route's pattern, never the address itself: a label must not grow with ids. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

/**
 * What a server counts, as Prometheus text. Names are those of OpenTelemetry with `_` for `.`, so that one dashboard
 * serves this server and one in .NET. Nothing here tells users apart.
 */
export class ServerMetrics {
  readonly #registry = new Registry();
  readonly #duration = this.#histogram(
    'http_server_request_duration_seconds',
    'Time from the head of a request to the end of its answer.',
    {
      labelNames: ['http_request_method', 'http_route', 'http_response_status_code', 'error_type'],
      buckets: durationBuckets,
    },
  );
  readonly #active = this.#gauge('http_server_active_requests', 'Requests being answered.', ['http_request_method']);
  readonly #rateLimited = this.#counter(
    'aspnetcore_rate_limiting_requests_total',
    'Requests that asked a rate limit, by its result.',
    ['aspnetcore_rate_limiting_result'],
  );
  readonly #operations = new Map(
    (['applied', 'duplicate', 'conflict', 'rejected', 'retry'] as const).map((status) => [
      status,
      this.#counter(`sync_ops_${status}_total`, `Changes and resolutions answered ${status}.`, ['call']),
    ]),
  );
  readonly #replays = this.#counter(
    'sync_idempotency_replays_total',
    'Requests of which every item had a verdict before: sent again after a lost answer.',
    ['call'],
  );
  readonly #lag = this.#histogram('sync_cursor_lag', 'Numbers that the cursor of a pull lay behind the user.', {
    labelNames: [],
    buckets: lagBuckets,
  });
  readonly #upkeep = this.#counter('sync_upkeep_runs_total', 'Runs of the upkeep job, by outcome.', ['outcome']);
  readonly #purged = this.#counter('sync_purged_total', 'What the upkeep job forgot, by kind.', ['kind']);

  /** `connections`: open connections now. */
  constructor(connections: () => Promise<number>) {
    this.#sampled('kestrel_active_connections', 'Open connections.', connections);
    const { register } = { register: this.#registry };
    const cpu = new Counter({
      name: 'process_cpu_seconds_total',
      help: 'Processor time of the process, in seconds.',
      registers: [register],
      collect() {
        const { user, system } = process.cpuUsage();
        this.reset();
        this.inc((user + system) / 1e6);
      },
    });
    cpu.inc(0);
    this.#sampled('process_resident_memory_bytes', 'Memory of the process.', () => process.memoryUsage.rss());
    this.#sampled('nodejs_heap_used_bytes', 'JavaScript heap in use.', () => process.memoryUsage().heapUsed);
    const startedAt = Math.round(Date.now() / 1_000 - process.uptime());
    this.#sampled('process_start_time_seconds', 'When the process began, seconds since 1970.', () => startedAt);
  }

  /** The media type of {@link text}. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All metrics as Prometheus reads them. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  /** Every metric with its kind and meaning, in the order of the text. */
  described(): readonly { readonly name: string; readonly type: string; readonly help: string }[] {
    return this.#registry.getMetricsAsArray().map((metric) => {
      const { name, help } = metric as unknown as { readonly name: string; readonly help: string };
      return { name, type: metric.constructor.name.toLowerCase(), help };
    });
  }

  requestBegan(method: string): void {
    this.#active.inc({ http_request_method: method });
  }

  requestEnded({ method, route, status, seconds }: RequestEnd): void {
    this.#active.dec({ http_request_method: method });
    const error = status >= 500 ? { error_type: String(status) } : {};
    const labels = { http_request_method: method, http_route: route, http_response_status_code: status, ...error };
    this.#duration.observe(labels, seconds);
  }

  rateLimitAsked(result: 'acquired' | 'endpoint_limiter'): void {
    this.#rateLimited.inc({ aspnetcore_rate_limiting_result: result });
  }

  /** Counts what a call of the protocol came to. */
  answered(call: string, { verdicts = [], cursorLag }: AnswerFacts): void {
    if (cursorLag !== undefined) this.#lag.observe(cursorLag);
    if (verdicts.length === 0) return;
    for (const { status } of verdicts) this.#operations.get(status)?.inc({ call });
    if (verdicts.every(({ status }) => status === 'duplicate')) this.#replays.inc({ call });
  }

  /** Shows how many live connections are open; at most once. */
  watchLive(count: () => number): void {
    this.#sampled('sync_live_connections', 'Devices that are told of changes at once.', count);
  }

  upkeepRan(outcome: 'done' | 'failed'): void {
    this.#upkeep.inc({ outcome });
  }

  /** Counts what a purge took away, by kind. */
  purged(purged: Readonly<Record<string, number>>): void {
    for (const [kind, count] of Object.entries(purged)) this.#purged.inc({ kind }, count);
  }

  #counter(name: string, help: string, labelNames: readonly string[]): Counter {
    return new Counter({ name, help, labelNames: [...labelNames], registers: [this.#registry] });
  }

  #gauge(name: string, help: string, labelNames: readonly string[]): Gauge {
    return new Gauge({ name, help, labelNames: [...labelNames], registers: [this.#registry] });
  }

  #histogram(
    name: string,
    help: string,
    { labelNames, buckets }: { readonly labelNames: readonly string[]; readonly buckets: readonly number[] },
  ): Histogram {
    return new Histogram({
      name,
      help,
      labelNames: [...labelNames],
      buckets: [...buckets],
      registers: [this.#registry],
    });
  }

  /** A gauge whose value is asked for when the metrics are. */
  #sampled(name: string, help: string, sample: () => number | Promise<number>): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [this.#registry],
      async collect() {
        gauge.set(await sample());
      },
    });
  }
}
