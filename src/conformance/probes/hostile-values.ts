import { session } from '../changes.ts';
import { check, shown } from '../outcome.ts';
import type { Probe } from '../probe.ts';

const topic = 'body and header abuse';

const strange = [
  "'; DROP TABLE rows; --",
  '../../etc/passwd',
  '%00%0d%0a',
  '\u0000',
  '\ud800',
  '{{7*7}}',
  '__proto__',
  'constructor',
  ' ',
  'a'.repeat(200),
  'a'.repeat(100_000),
];

/** Values that break careless code. */
export const hostileValues: readonly Probe[] = [
  {
    claim: 'no-value-makes-a-5xx',
    says: 'Strange ids, types, numbers and texts get a verdict or a 4xx, never a 5xx.',
    topic,
    severity: 'major',
    run: async (bench) => {
      const device = bench.device();
      const odd = strange.flatMap((text) => [
        { ...device.create(bench.key(), session()), entityId: text },
        { ...device.create(bench.key(), session()), entityType: text },
        device.create(bench.key(), session({ [text]: 1 })),
        { ...device.create(bench.key(), session()), dependsOn: [text] },
      ]);
      const numbers = [1e308, -1, 2 ** 53, 0.5, '7', true, [], {}].flatMap((value) => [
        { ...device.create(bench.key(), session()), baseVersion: value },
        { ...device.create(bench.key(), session()), seq: value },
        { ...device.create(bench.key(), session()), timestamp: value },
        { ...device.create(bench.key(), session()), increments: { totalSessions: value } },
      ]);
      for (const item of [...odd, ...numbers, null, 7, 'text', [], {}]) {
        const answer = await device.askPush([item]);
        check(answer.status < 500, {
          expected: `the item ${shown(item)} to be no 5xx`,
          saw: `${answer.status} ${answer.text}`,
        });
      }
    },
  },
  {
    claim: 'texts-come-back-as-sent',
    says: 'Values come back exactly as they were sent, whatever their characters.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const texts = [
        'ruhig 🧘 – ñ e\u0301 \u202e',
        `"quoted" \\ 'single' \n\t </script>`,
        '\u2028 \ufeff \u0007',
        "'; DROP TABLE rows; --",
      ];
      for (const notes of texts) {
        const { key } = await bench.madeRow(device, { notes });
        const row = await device.row(key);
        check(row?.data?.notes === notes, {
          expected: `the notes ${shown(notes)}`,
          saw: row === undefined ? 'no row' : row.data?.notes,
          row: key,
        });
      }
    },
  },
  {
    claim: 'another-device-in-the-header-is-refused',
    says: '`X-Device-Id` names the device of the body; another one is 400.',
    topic,
    severity: 'minor',
    run: async (bench) => {
      const device = bench.device();
      const body = { deviceId: device.id, registered: false };
      const sound = await device.ask('/api/sync/changes', body, { headers: { 'x-device-id': device.id } });
      check(sound.status === 200, {
        expected: 'the right X-Device-Id to be taken',
        saw: `${sound.status} ${sound.text}`,
      });
      const wrong = await device.ask('/api/sync/changes', body, { headers: { 'x-device-id': bench.name('device') } });
      check(wrong.status === 400 || wrong.status === 422, {
        expected: 'a pull whose X-Device-Id names another device to be 400',
        saw: `${wrong.status} ${wrong.text}`,
      });
    },
  },
];
