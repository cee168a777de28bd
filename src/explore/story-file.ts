import { Document, isMap, isSeq, type YAMLMap } from 'yaml';
import type { JsonObject } from '../lib/json.ts';
import type { Reasons } from './shrink/explain.ts';

/** What stands in the file beside the story itself. */
export interface StoryWords {
  readonly seed: string;
  /** The claims that it breaks. */
  readonly broken: string;
  /** The title; one that names seed and claims unless said. */
  readonly title?: string;
  readonly about?: string;
  readonly reasons?: Reasons;
}

/** A story as the text of a scenario file that `run` plays: one line for each step, with the reason it is needed before it. */
export function storyFile(story: JsonObject, words: StoryWords): string {
  const { scenario: _, about: _about, tags: _tags, ...rest } = story;
  const told = {
    scenario: words.title ?? `random story ${words.seed} keeps ${words.broken}`,
    ...(words.about === undefined ? {} : { about: words.about }),
    ...tagsOf(story, words),
    ...rest,
  };
  const document = new Document(told, { aliasDuplicateObjects: false });
  for (const [index, item] of itemsOf(document, 'steps').entries()) {
    inOneLine(item);
    remark(item, words.reasons?.steps[index]);
  }
  for (const item of itemsOf(document, 'expect')) inOneLine(item);
  const tags = document.get('tags', true);
  if (isSeq(tags)) tags.flow = true;
  const devices = document.get('devices', true);
  if (isMap(devices)) remarkDevices(devices, words.reasons?.devices ?? {});
  return document.toString({ lineWidth: 120, flowCollectionPadding: true });
}

/** Random stories are found by their tag. */
function tagsOf({ tags }: JsonObject, { title }: StoryWords): JsonObject {
  if (tags !== undefined) return { tags };
  return title === undefined ? { tags: ['random'] } : {};
}

function itemsOf(document: Document, key: string): readonly unknown[] {
  const list = document.get(key, true);
  return isSeq(list) ? list.items : [];
}

/** What an actor does stands behind its name. */
function inOneLine(item: unknown): void {
  if (!isMap(item)) return;
  for (const { value } of item.items) if (isMap(value) || isSeq(value)) value.flow = true;
}

function remark(item: unknown, reason: string | undefined): void {
  if (reason !== undefined && isMap(item)) item.commentBefore = ` ${reason}`;
}

function remarkDevices(devices: YAMLMap, reasons: Readonly<Record<string, string>>): void {
  for (const { key, value } of devices.items) {
    if (isMap(value)) value.flow = true;
    const reason = reasons[String(key)];
    if (reason !== undefined && typeof key === 'object' && key !== null)
      Object.assign(key, { commentBefore: ` ${reason}` });
  }
}
