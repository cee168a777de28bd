import type { Answer } from '../line.ts';
import { check, ProbeSkipped } from '../outcome.ts';
import type { Probe } from '../probe.ts';
import { checkRefusal, isAbsent } from '../problem-check.ts';

const path = '/api/users/me';

/** The user's data as a whole: taken along, and erased. */
export const accounts: readonly Probe[] = [
  {
    claim: 'an-export-has-all-rows',
    says: "The export holds the user's rows, and nobody else's.",
    topic: 'accounts',
    severity: 'major',
    run: async (bench) => {
      const device = bench.device();
      const words = `words-${bench.newId()}`;
      const { key } = await bench.madeRow(device, { notes: words });
      const answer = await bench.ask({ path: `${path}/export`, user: device.user });
      if (isAbsent(answer)) throw new ProbeSkipped('the server has no export');
      check(answer.status === 200 && answer.text.includes(words), {
        expected: 'my notes in the export',
        saw: seen(answer),
        row: key,
      });
    },
  },
  {
    claim: 'an-erased-user-is-410',
    says: 'After an erase, every call of the user is 410 `user_erased`, and no row is shown again.',
    topic: 'accounts',
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device(bench.drawn);
      await bench.madeRow(device);
      const erased = await bench.ask({ method: 'DELETE', path, user: device.user });
      if (isAbsent(erased)) throw new ProbeSkipped('the server erases no users');
      check(erased.status >= 200 && erased.status < 300, {
        expected: 'the erase to be answered 2xx',
        saw: seen(erased),
      });
      const want = { statuses: [410], codes: ['user_erased'] };
      checkRefusal(await device.askPull({ cursor: device.cursor }), { ...want, of: 'a pull of an erased user' });
      checkRefusal(await device.askPush([]), { ...want, of: 'a push of an erased user' });
    },
  },
];

function seen({ status, text }: Answer): string {
  return `${status} ${text.slice(0, 300)}`;
}
