// SPDX-License-Identifier: Apache-2.0

// Pictures of dashboards, and a check that every panel draws something.
//   node shots.mjs --out DIR [--dashboards a,b] [--widths 1600,420] [--themes light,dark] [--from now-30m] [--to now]
//                  [--var did=123]... [--scrape 5s] [--collapsed open|keep] [--allow-empty uid/panel,...]
//                  [--no-empty-check] [--colors 128] [--url http://...]
// Without --url it starts its own server (see server.mjs for its environment).
import { access, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { chromium } from 'playwright-core';
import sharp from 'sharp';

import { readDashboards, settings, start } from './server.mjs';

const { values: o } = parseArgs({
  options: {
    out: { type: 'string' },
    dashboards: { type: 'string' },
    widths: { type: 'string', default: '1600,420' },
    themes: { type: 'string', default: 'light,dark' },
    from: { type: 'string' },
    to: { type: 'string' },
    var: { type: 'string', multiple: true, default: [] },
    scrape: { type: 'string', default: '15s' },
    timezone: { type: 'string', default: 'UTC' },
    collapsed: { type: 'string', default: 'open' },
    'allow-empty': { type: 'string', multiple: true, default: [] },
    'no-empty-check': { type: 'boolean', default: false },
    colors: { type: 'string', default: '128' },
    url: { type: 'string' },
  },
});
if (!o.out) {
  console.error('--out DIR is missing');
  process.exit(2);
}
const list = (s) => s.split(',').map((x) => x.trim()).filter(Boolean);

async function browserPath() {
  const names = [process.env.CHROMIUM, ...['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'].flatMap((n) => ['/usr/bin/', '/usr/local/bin/', '/snap/bin/'].map((d) => d + n))];
  for (const n of names.filter(Boolean)) {
    try {
      await access(n);
      return n;
    } catch {}
  }
  throw new Error('no Chromium found: install it, or set CHROMIUM');
}

const config = settings();
const own = o.url ? null : await start({ ...config, port: 0 });
const base = o.url ?? own.url;
const uids = o.dashboards ? list(o.dashboards) : Object.keys(await readDashboards(config.dashboards));
// "uid/panel", "panel" (in every dashboard), or the title of a panel after the slash.
const allowed = new Set(o['allow-empty'].flatMap(list));
const mayBeEmpty = (uid, p) => [p.id, p.id.replace(/-\d+$/, ''), p.title].some((x) => allowed.has(`${uid}/${x}`) || allowed.has(x));

await mkdir(o.out, { recursive: true });
const browser = await chromium.launch({
  executablePath: await browserPath(),
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
let bad = 0;
try {
  for (const uid of uids) {
    for (const width of list(o.widths).map(Number)) {
      for (const theme of list(o.themes)) {
        bad += (await picture(uid, width, theme)) ? 0 : 1;
      }
    }
  }
} finally {
  await browser.close();
  own?.server.close();
}
process.exit(bad ? 1 : 0);

async function picture(uid, width, theme) {
  const context = await browser.newContext({ viewport: { width, height: 1000 }, deviceScaleFactor: 1, timezoneId: o.timezone, locale: 'en-US', reducedMotion: 'reduce', colorScheme: theme });
  const page = await context.newPage();
  const crashes = [];
  page.on('pageerror', (e) => crashes.push(String(e.message ?? e)));
  const q = new URLSearchParams({ dashboard: uid, theme, scrape: o.scrape, collapsed: o.collapsed });
  if (o.from) q.set('from', o.from);
  if (o.to) q.set('to', o.to);
  for (const v of o.var) {
    const [name, ...value] = v.split('=');
    q.append(`var-${name}`, value.join('='));
  }
  const file = path.join(o.out, `${uid}-${width}-${theme}.png`);
  await rm(file, { force: true });
  let report = { failed: null, panels: [] };
  try {
    await page.goto(`${base}/?${q}`);
    await page.waitForSelector('body[data-ready="1"]', { timeout: 90_000 });
    await page.waitForLoadState('networkidle', { timeout: 20_000 }).catch(() => {});
    report = await page.evaluate(() => ({
      failed: document.body.getAttribute('data-failed'),
      overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      panels: [...document.querySelectorAll('[data-panel]')].map((e) => ({
        id: e.dataset.panel,
        title: e.dataset.title,
        empty: e.dataset.nodata === '1',
        error: e.dataset.error ?? (e.querySelector('[data-crash]')?.textContent || null),
        notices: e.dataset.notices ?? null,
        targets: e.dataset.emptyTargets ?? null,
      })),
    }));
    // The page as tall as its content, so that nothing that draws only what is in view is missing.
    const tall = await page.evaluate(() => document.getElementById('page')?.offsetHeight ?? 200);
    await page.setViewportSize({ width, height: Math.min(tall, 16000) });
    await page.waitForTimeout(300);
    const png = await page.screenshot({ fullPage: true, animations: 'disabled' });
    await writeFile(file, await sharp(png).png({ palette: true, colours: Number(o.colors), dither: 0, compressionLevel: 9, effort: 10 }).toBuffer());
  } catch (e) {
    report.failed = report.failed ?? String(e.message ?? e).split('\n')[0];
  }
  await context.close();
  const name = (p) => `${p.id} "${p.title}"`;
  const failed = report.panels.filter((p) => p.error);
  const empty = report.panels.filter((p) => p.empty && !p.error);
  const unexpected = o['no-empty-check'] ? [] : empty.filter((p) => !mayBeEmpty(uid, p));
  const size = await stat(file).then((s) => `${Math.round(s.size / 1000)} kB`, () => 'no picture');
  const ok = !report.failed && !crashes.length && !failed.length && !unexpected.length;
  const parts = [`${ok ? 'ok  ' : 'FAIL'} ${path.basename(file)} ${size}, ${report.panels.length} panels`];
  if (report.failed) parts.push(`page: ${report.failed}`);
  if (crashes.length) parts.push(`script errors: ${[...new Set(crashes)].join(' | ')}`);
  if (report.overflow > 0) parts.push(`wider than the window by ${report.overflow} px`);
  if (failed.length) parts.push(`errors: ${failed.map((p) => `${name(p)} (${p.error})`).join(', ')}`);
  if (unexpected.length) parts.push(`empty: ${unexpected.map(name).join(', ')}`);
  const fine = empty.filter((p) => !unexpected.includes(p));
  if (fine.length) parts.push(`empty, allowed: ${fine.map(name).join(', ')}`);
  const half = report.panels.filter((p) => p.targets);
  if (half.length) parts.push(`queries without a result: ${half.map((p) => `${name(p)} ${p.targets}`).join(', ')}`);
  const noted = report.panels.filter((p) => p.notices);
  if (noted.length) parts.push(`notices: ${noted.map((p) => `${name(p)} (${p.notices})`).join(', ')}`);
  console.log(parts.join('; '));
  return ok;
}
