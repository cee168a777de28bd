import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatHtml } from '../../src/report/formats/html.ts';
import { reportOf } from '../../src/report/model.ts';
import type { RunResult } from '../../src/scenario/result.ts';
import { aLongRun } from '../report/long-run.ts';
import { aFailedRun, aRun } from '../report/runs.ts';
import { Browser, findChromium, type Screen } from './browser.ts';
import { contrastIn } from './contrast.ts';

const program = findChromium();
const screen: Screen = { scheme: 'light', width: 1400, height: 900 };
const where =
  program === null
    ? 'is NOT tested: no Chromium is found (apt-get install chromium-headless-shell)'
    : 'opened in a real Chromium';
// The pictures are kept where a person can look at them, when they are asked for.
const picturesFolder = process.env.GURAS_SCREENS_OUT;

describe.skipIf(program === null)(`a report page, ${where}`, () => {
  let folder: string;
  let browser: Browser;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'guras-screens-'));
    browser = new Browser(program ?? '');
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function opened(name: string, results: readonly RunResult[], on: Screen = screen) {
    const file = join(folder, `${name}-${on.scheme}.html`);
    const model = reportOf(
      results.map((result) => ({ result, wallMs: 12.3 })),
      'sim',
    );
    writeFileSync(file, formatHtml(model, { timestamp: '2026-01-05T07:00:00.000Z' }));
    const page = await browser.open(pathToFileURL(file).href, on);
    if (picturesFolder !== undefined)
      writeFileSync(join(picturesFolder, `${name}-${on.scheme}.png`), await page.screenshot());
    return page;
  }

  it('asks the network for nothing, and neither console nor policy complains', async () => {
    const page = await opened('quiet', [aFailedRun(), aRun()]);
    expect(page.requests).toEqual([]);
    expect(page.complaints).toEqual([]);
    expect(await page.evaluate(`document.documentElement.className`)).toBe('scripted');
  });

  it('runs no script but its own: text of users stays text', async () => {
    const evil = `</script><script>window.struck = 1</script><img src=x onerror="window.struck = 1"> __proto__ '"`;
    const [failure] = aFailedRun().failures;
    const failures = failure === undefined ? [] : [{ ...failure, sentence: evil, why: evil }];
    const step = { kind: 'step', atMs: 1, lane: '__proto__', data: { actor: '__proto__', text: evil } } as const;
    const edit = {
      kind: 'edit',
      atMs: 1,
      lane: '__proto__',
      data: { rows: [], changeIds: ['__proto__'], label: evil },
    } as const;
    const page = await opened('evil', [aFailedRun({ failures, story: [step, edit], devices: ['__proto__'] })]);
    expect(await page.evaluate('String(window.struck)')).toBe('undefined');
    expect(await page.evaluate(`document.querySelector('h4').textContent`)).toBe(evil);
    expect(await page.evaluate(`document.querySelector('.step .text').textContent`)).toBe(evil);
    expect(await page.evaluate(`document.querySelectorAll('img, script').length`)).toBe(1);
    expect(page.requests).toEqual([]);
    // The page's policy stops a script that got in all the same.
    const struck = `const s = document.createElement('script'); s.textContent = 'window.struck = 1'; document.body.append(s); String(window.struck)`;
    expect(await page.evaluate(struck)).toBe('undefined');
  });

  it.each(['light', 'dark'] as const)('every text has enough contrast in %s', async (scheme) => {
    const page = await opened('contrast', [aLongRun(120)], { ...screen, scheme });
    const measured = await page.evaluate<{ least: number; of: string; texts: number }>(contrastIn);
    expect(measured.texts).toBeGreaterThan(100);
    expect(measured.least, measured.of).toBeGreaterThanOrEqual(4.5);
    // The measure can fail: a grey in between is too weak on both grounds.
    await page.evaluate(`document.documentElement.style.setProperty('--dim', '#888')`);
    expect((await page.evaluate<{ least: number }>(contrastIn)).least).toBeLessThan(4.5);
  });

  it('shows lanes, lost messages, faults and queues, and links a failure to its moment', async () => {
    const page = await opened('story', [aLongRun(300)]);
    const count = (selector: string) =>
      page.evaluate<number>(`document.querySelectorAll(${JSON.stringify(selector)}).length`);
    expect(await page.evaluate(`document.querySelector('.names').innerText.split('\\n').join()`)).toBe(
      'phone,tablet,watch,server',
    );
    for (const what of [
      '.arrow.request.arrived',
      '.arrow.answer.lost .cross',
      'path.fault',
      'rect.queue',
      '.change .bad',
    ]) {
      expect(await count(what), what).toBeGreaterThan(0);
    }
    const moment = `document.querySelector(document.querySelector('.failure a').getAttribute('href')).textContent`;
    expect(await page.evaluate(moment)).toContain('FAILED: phone has meditation/s1 rating 2, not 3');
    expect(await count('figure svg[role=img] title')).toBe(3);
  });

  it('nothing is taller than its row, though the story takes many days and its names are long', async () => {
    const name = 'a-laptop-with-a-very-long-name';
    const story = aLongRun(60).story.map((record) => ({ ...record, atMs: 20 * 86_400_000 + record.atMs }));
    const step = {
      kind: 'step',
      atMs: 30 * 86_400_000,
      lane: name,
      data: { actor: name, text: 'long '.repeat(100) },
    } as const;
    const page = await opened('days', [aRun({ devices: [name, 'phone', 'tablet', 'watch'], story: [...story, step] })]);
    const taller = `[...document.querySelectorAll('.row > .time, .row > .text, .names span')].filter((one) => one.offsetHeight > one.closest('.row').offsetHeight).map((one) => one.textContent)`;
    expect(await page.evaluate(taller)).toEqual([]);
    expect(
      await page.evaluate(
        `document.querySelector('.names').scrollWidth > document.querySelector('.names').offsetWidth`,
      ),
    ).toBe(false);
  });

  it('a change shows its arrows by keyboard, and a link opens the run it leads into', async () => {
    const page = await opened('links', [aRun({ story: aLongRun(60).story }), aLongRun(60)]);
    await page.evaluate(`document.querySelector('#run-2 .show').focus()`);
    await page.press('Enter');
    expect(await page.evaluate(`document.querySelectorAll('#run-2 .arrow.lit').length`)).toBeGreaterThan(0);
    expect(await page.evaluate(`document.querySelector('#run-1').open`)).toBe(false);
    await page.evaluate(
      `new Promise((done) => { addEventListener('hashchange', () => setTimeout(done)); location.hash = 'run-1-4'; })`,
    );
    expect(await page.evaluate(`document.querySelector('#run-1').open`)).toBe(true);
    await page.evaluate(`{ const box = document.querySelector('[data-verdict=passed]'); box.click(); }`);
    expect(await page.evaluate(`document.querySelector('#run-1').hidden`)).toBe(true);
  });

  it('a run of 2,000 events loads within 2 s and scrolls fluently', async () => {
    const page = await opened('long', [aLongRun(2_000)]);
    const loadMs = await page.evaluate<number>(`performance.getEntriesByType('navigation')[0].duration`);
    const frames = await page.evaluate<readonly number[]>(scrolling);
    const sorted = [...frames].sort((a, b) => a - b);
    const [median = 0, worst = 0] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
    process.stdout.write(
      `2,000 events: loaded in ${loadMs.toFixed(0)} ms; ${frames.length} frames of scrolling, median ${median.toFixed(1)} ms, longest ${worst.toFixed(1)} ms\n`,
    );
    expect(frames.length).toBeGreaterThan(40);
    expect(loadMs).toBeLessThan(2_000);
    expect(median).toBeLessThan(34);
    expect(worst).toBeLessThan(500);
  });
});

/** Scrolls from top to bottom, a screen's two thirds per frame; gives how long each frame took, ms. */
const scrolling = `new Promise((done) => {
  const frames = [];
  let last = performance.now();
  const next = (now) => {
    frames.push(now - last);
    last = now;
    scrollBy(0, 600);
    if (scrollY + innerHeight >= document.documentElement.scrollHeight - 1 || frames.length > 600) done(frames);
    else requestAnimationFrame(next);
  };
  requestAnimationFrame((now) => { last = now; requestAnimationFrame(next); });
})`;
