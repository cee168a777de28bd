import { nearest } from '../../lib/nearest.ts';
import { compareText } from '../../lib/order.ts';
import { visible } from '../../lib/visible.ts';
import { formatPlace, type Place } from './place.ts';

/** Something wrong with a scenario. An error keeps it from running, a warning does not. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  /** What is wrong, one sentence without a full stop. */
  readonly message: string;
  /** Null for scenarios that were not read from a file. */
  readonly place: Place | null;
  /** What would be right, or null. */
  readonly remedy: string | null;
}

/** An error at a place. */
export function errorAt(place: Place | null, message: string, remedy: string | null = null): Diagnostic {
  return { severity: 'error', message, place, remedy };
}

/** A warning at a place. */
export function warningAt(place: Place | null, message: string, remedy: string | null = null): Diagnostic {
  return { severity: 'warning', message, place, remedy };
}

/** Remedy for a word that is not known: the one that was probably meant, and all there are (at most 12). */
export function suggest(word: string, known: readonly string[]): string {
  const meant = nearest(word, known);
  const shown = known.slice(0, knownMax).join(', ') + (known.length > knownMax ? ', …' : '');
  const all = known.length === 0 ? 'nothing is known here' : `known here: ${shown}`;
  return meant === null ? all : `did you mean "${meant}"? ${all}`;
}

const knownMax = 12;

/** The diagnostics in order of file, line and column, each place and message once. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const once = new Map(diagnostics.map((diagnostic) => [identity(diagnostic), diagnostic]));
  return [...once.values()].sort(
    (a, b) =>
      compareText(a.place?.file ?? '', b.place?.file ?? '') ||
      (a.place?.line ?? 0) - (b.place?.line ?? 0) ||
      (a.place?.col ?? 0) - (b.place?.col ?? 0) ||
      compareText(a.message, b.message),
  );
}

function identity({ place, message }: Diagnostic): string {
  return `${place === null ? '' : formatPlace(place)}\n${message}`;
}

/** The diagnostic for people: sentence, `file:line:col`, the line with a caret under what is meant, and the remedy. */
export function formatDiagnostic({ severity, message, place, remedy }: Diagnostic): string {
  const head = `${severity}: ${visible(message)}`;
  if (place === null) return remedy === null ? head : `${head}\n  ${remedy}`;
  return `${head}\n${formatExcerpt(place, remedy ?? '')}`;
}

/** The place, its line, and a caret line that ends in `text`. Long lines are cut around the caret. */
export function formatExcerpt(place: Place, text: string): string {
  const number = String(place.line);
  const gutter = ' '.repeat(number.length);
  const from = Math.max(0, place.col - 1 - excerptBefore);
  const line = oneColumn(place.excerpt.slice(from, from + excerptMax));
  const indent = ' '.repeat(place.col - 1 - from);
  const caret = '^'.repeat(Math.max(1, Math.min(place.length, line.length - indent.length)));
  return `  --> ${formatPlace(place)}\n${number} | ${line}\n${gutter} | ${`${indent}${caret} ${visible(text)}`.trimEnd()}`;
}

/** Control characters, tabs too, would move the caret away from what it points at. */
function oneColumn(text: string): string {
  return [...text].map((character) => (visible(character) === character ? character : ' ')).join('');
}

const excerptMax = 160;
const excerptBefore = 100;
