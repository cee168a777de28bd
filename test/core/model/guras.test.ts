import { describe, expect, test } from 'vitest';
import { checkRules } from '../../../src/core/merge/rules/table.ts';
import { shownCounts } from '../../../src/core/model/entities/quotes.ts';
import { gurasRegistry } from '../../../src/core/model/entities/registry.ts';
import { isCounter, typeNamed } from '../../../src/core/model/registry.ts';
import { validateServerRow } from '../../../src/core/model/validate.ts';

const named = (name: string) => typeNamed(gurasRegistry, name);

describe('the Guras types', () => {
  test('are the eight of the product, and every merge rule they name exists', () => {
    expect([...checkRules(gurasRegistry).types.keys()].sort()).toEqual([
      'audioDownloads',
      'guidedMeditation',
      'meditation',
      'meditationStats',
      'preferences',
      'programProgress',
      'quoteComments',
      'quotes',
    ]);
  });
  test('have initial values that fit their own schema', () => {
    for (const type of gurasRegistry.types.values()) {
      const initial = Object.entries(type.fields).flatMap(([name, field]) =>
        field.initial === undefined ? [] : [[name, field.initial] as const],
      );
      expect(validateServerRow(type, Object.fromEntries(initial))).toBeNull();
    }
  });
  test('merge as the product says', () => {
    const merge = (type: string, field: string) => named(type).fields[field]?.merge;
    expect(named('meditation').units).toEqual({
      times: { fields: ['startedAt', 'completedAt', 'durationSec'], merge: 'latest' },
    });
    expect(merge('meditation', 'notes')).toBe('ask');
    expect(merge('quoteComments', 'text')).toBe('ask');
    expect(merge('guidedMeditation', 'status')).toBe('forward');
    expect(merge('guidedMeditation', 'currentDay')).toBe('max');
    expect(merge('guidedMeditation', 'completedSessionIds')).toBe('set');
    expect(merge('preferences', 'reminderTimes')).toBe('set');
    expect(merge('meditationStats', 'longestStreakDays')).toBe('max');
    const counters = Object.entries(named('meditationStats').fields).filter(([, field]) => isCounter(field));
    expect(counters.map(([name]) => name)).toEqual(['totalSessions', 'totalMinutes']);
    expect(named('guidedMeditation').naturalKey).toEqual(['programId']);
    expect(named('audioDownloads').fields.localPath?.owner).toBe('device');
    for (const field of ['text', 'author', 'category', 'likeCount', 'commentCount', 'likeCounted', 'commentsCounted']) {
      expect(named('quotes').fields[field]?.owner).toBe('server');
    }
  });
});

describe('shown counts of a quote', () => {
  test('hold the own like once, before and after the server counted it', () => {
    expect(shownCounts({ likeCount: 10, liked: true }, 0).likes).toBe(11);
    expect(shownCounts({ likeCount: 11, liked: true, likeCounted: 1 }, 0).likes).toBe(11);
  });
  test('fall at once when the like is taken back', () => {
    expect(shownCounts({ likeCount: 11, liked: false, likeCounted: 1 }, 0)).toMatchObject({ likes: 10, localLikes: 0 });
  });
  test('hold the own comments', () => {
    expect(shownCounts({ commentCount: 4, commentsCounted: 1 }, 3)).toEqual({
      likes: 0,
      comments: 6,
      localLikes: 0,
      localComments: 3,
    });
  });
  test('are never below the own part while the two parts of the row arrive apart', () => {
    expect(shownCounts({ likeCount: 0, likeCounted: 1, liked: true }, 2)).toMatchObject({ likes: 1, comments: 2 });
    expect(shownCounts({}, 0)).toEqual({ likes: 0, comments: 0, localLikes: 0, localComments: 0 });
  });
});
