import { describe, expect, it } from 'vitest';
import { errorAt, formatDiagnostic, sortDiagnostics, suggest } from '../../../src/scenario/language/diagnostic.ts';

const place = { file: 'a.yaml', line: 14, col: 14, length: 6, excerpt: '  - phone: { ofline: true }' };

describe('diagnostics', () => {
  it('one shows sentence, place, line, caret and remedy', () => {
    const shown = formatDiagnostic(
      errorAt(place, 'unknown action "ofline" for device phone', suggest('ofline', ['offline', 'online'])),
    );
    expect(shown).toBe(
      [
        'error: unknown action "ofline" for device phone',
        '  --> a.yaml:14:14',
        '14 |   - phone: { ofline: true }',
        '   |              ^^^^^^ did you mean "offline"? known here: offline, online',
      ].join('\n'),
    );
  });

  it('they come in order of place, each once', () => {
    const later = errorAt({ ...place, line: 20 }, 'b');
    const sorted = sortDiagnostics([later, errorAt(place, 'z'), errorAt(place, 'a'), later]);
    expect(sorted.map(({ message }) => message)).toEqual(['a', 'z', 'b']);
  });

  it('a long line is cut around the caret', () => {
    const long = { ...place, col: 5_001, length: 3, excerpt: `${'x'.repeat(5_000)}abc${'y'.repeat(5_000)}` };
    const [, , line = '', caret = ''] = formatDiagnostic(errorAt(long, 'm')).split('\n');
    expect(line.length).toBeLessThan(200);
    expect(line.slice(caret.indexOf('^'), caret.indexOf('^') + 3)).toBe('abc');
  });
});
