// The process that an arm's server runs in until it is ended.
import type { Serve, ServeJob } from './arms/arm.ts';
import type { Reply } from './client.ts';

const { serve } = (await import(process.argv[2] ?? '')) as { readonly serve: Serve };
process.on('message', (job: ServeJob) => {
  void serve(job)
    .then((value): Reply<string> => ({ ok: true, value }))
    .catch(
      (error: unknown): Reply<never> => ({
        ok: false,
        message: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
    )
    .then((reply) => process.send?.(reply));
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
