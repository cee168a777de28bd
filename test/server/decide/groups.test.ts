import { beforeEach, expect, test } from 'vitest';
import { OneServer, type TestDevice } from '../one-server.ts';

let server: OneServer;
let phone: TestDevice;

beforeEach(() => {
  server = new OneServer();
  phone = server.device('phone');
});

const both = { group: 'g', groupSize: 2 };
const codes = (results: readonly { status: string; problem?: { code: string } | undefined }[]) =>
  results.map(({ status, problem }) => (problem === undefined ? status : `${status} ${problem.code}`));

test('items of a group take effect together, seeing each other', () => {
  const parent = phone.change('courses', 'c1', { ...both, data: { program: 'p' } });
  const child = phone.change('lessons', 'l1', { ...both, data: { course: 'c1' }, dependsOn: [parent.id] });
  expect(codes(phone.push(parent, child))).toEqual(['applied', 'applied']);
  expect(phone.push(parent, child)).toMatchObject([{ status: 'duplicate' }, { status: 'duplicate' }]);
});

test.each([[[{ ...both }]], [[{ ...both }, { group: 'g', groupSize: 3 }]], [[{ group: 'g' }]]])(
  'an incomplete group is rejected group_incomplete: %j',
  (marks) => {
    const changes = marks.map((mark, at) => phone.change('notes', `n${at}`, { ...mark, data: { title: 'a' } }));
    expect(codes(phone.push(...changes))).toEqual(changes.map(() => 'rejected group_incomplete'));
    expect(server.row('notes', 'n0')).toBeUndefined();
  },
);

test('one clash makes all conflict, also one that would be rejected or would wait', () => {
  phone.one(phone.change('notes', 'n1', { data: { title: 'a' } }));
  const all = { group: 'g', groupSize: 4 };
  const results = phone.push(
    phone.change('notes', 'n2', { ...all, data: { title: 'b' } }),
    phone.change('notes', 'n3', { ...all, data: { title: 7 } }),
    phone.change('lessons', 'l1', { ...all, data: { course: 'none' } }),
    phone.change('notes', 'n1', { ...all, data: { title: 'c' } }),
  );
  expect(codes(results)).toEqual([
    'conflict group_conflict',
    'conflict group_conflict',
    'conflict group_conflict',
    'conflict row_exists',
  ]);
  expect(server.row('notes', 'n2')).toBeUndefined();
});

test('one that waits makes all wait, before any refusal, and nothing is stored', () => {
  const all = { group: 'g', groupSize: 3 };
  const changes = [
    phone.change('notes', 'n2', { ...all, data: { title: 'b' } }),
    phone.change('notes', 'n3', { ...all, data: { title: 7 } }),
    phone.change('lessons', 'l1', { ...all, data: { course: 'none' } }),
  ];
  expect(codes(phone.push(...changes))).toEqual(changes.map(() => 'retry dependency_failed'));
  expect(phone.page({ unsettled: changes.map(({ id }) => id) }).settled).toEqual([]);
});

test('one refusal refuses all, and a member that waits only for the refused one does not hold the group', () => {
  const parent = phone.change('courses', 'c1', { ...both, data: { program: 7 } });
  const child = phone.change('lessons', 'l1', { ...both, data: { course: 'c1' }, dependsOn: [parent.id] });
  expect(codes(phone.push(parent, child))).toEqual(['rejected invalid_change', 'rejected group_rejected']);
  expect(codes(phone.push(parent, child))).toEqual(['duplicate invalid_change', 'duplicate group_rejected']);
});

test('a withdrawn member refuses the rest of its group when it arrives late', () => {
  const first = phone.change('notes', 'n1', { ...both, data: { title: 'a' } });
  const second = phone.change('notes', 'n2', { ...both, data: { title: 'b' } });
  phone.resolve('notes', 'n1', { id: 'w', changeId: first.id, outcome: 'withdraw' });
  expect(codes(phone.push(first, second))).toEqual(['duplicate withdrawn', 'rejected group_rejected']);
  expect(server.row('notes', 'n2')).toBeUndefined();
});

test('other items of the request go their own way', () => {
  const alone = phone.change('notes', 'alone', { data: { title: 'x' } });
  const results = phone.push(phone.change('notes', 'n1', { ...both, data: { title: 'a' } }), alone);
  expect(codes(results)).toEqual(['rejected group_incomplete', 'applied']);
});

test('two groups of one request are judged apart', () => {
  const other = { group: 'h', groupSize: 2 };
  const results = phone.push(
    phone.change('notes', 'n1', { ...both, data: { title: 'a' } }),
    phone.change('notes', 'm1', { ...other, data: { title: 7 } }),
    phone.change('notes', 'n2', { ...both, data: { title: 'b' } }),
    phone.change('notes', 'm2', { ...other, data: { title: 'c' } }),
  );
  expect(codes(results)).toEqual(['applied', 'rejected invalid_change', 'applied', 'rejected group_rejected']);
});
