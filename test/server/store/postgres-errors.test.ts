import { expect, test } from 'vitest';
import { failureOf, unavailable } from '../../../src/server/store/postgres-errors.ts';

const ofSql = (code: string) => Object.assign(new Error('as the database says'), { code, severity: 'ERROR' });

test.each(['40001', '40P01'])('%s means that the work is run again', (code) => {
  expect(failureOf(ofSql(code))).toBe('again');
});

test.each(['55P03', '57014', '57P01', '57P03', '53300', '53100', '08006', '25006'])('%s means: later', (code) => {
  expect(failureOf(ofSql(code))).toBe('away');
});

test.each(['42P01', '23505', '22P05', 'XX000'])('%s is a bug, and is not asked again', (code) => {
  expect(failureOf(ofSql(code))).toBe('broken');
});

test('a connection that fails means: later, and says nothing of where it led to', () => {
  const error = Object.assign(new Error('connect ECONNREFUSED bob:s3cret@10.0.0.7:5432'), { code: 'ECONNREFUSED' });
  expect(failureOf(error)).toBe('away');
  expect(unavailable(error).message).toBe('PostgreSQL does not answer now (ECONNREFUSED).');
});
