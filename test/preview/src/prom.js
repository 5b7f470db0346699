// SPDX-License-Identifier: Apache-2.0

// Prometheus answers into data frames, in the shape Grafana's own data source gives them.
import { FieldType, rangeUtil, toDataFrame } from '@grafana/data';

import { interpolate } from './vars.js';

export async function prom(path, params) {
  const body = new URLSearchParams();
  for (const [k, v] of Object.entries(params)) {
    [].concat(v).forEach((x) => body.append(k, x));
  }
  const label = path.startsWith('label/') || path === 'alerts' || path === 'rules';
  const r = label
    ? await fetch(`/api/v1/${path}?${body}`)
    : await fetch(`/api/v1/${path}`, { method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded' } });
  const d = await r.json();
  if (d.status !== 'success') {
    throw new Error(d.error ?? `HTTP ${r.status}`);
  }
  return d;
}

// Grafana's arithmetic of steps: range over width, rounded, not below the panel's and the target's minimum.
export function steps(panel, target, range, width, scrape) {
  const points = panel.maxDataPoints || Math.max(1, Math.floor(width));
  const low = (x) => (x ? rangeUtil.intervalToMs(x.replace(/^>=?/, '')) : 0);
  const scrapeMs = low(target.interval) || low(scrape);
  const panelMs = rangeUtil.calculateInterval(range, points, panel.interval || scrape).intervalMs;
  const span = range.to.valueOf() - range.from.valueOf();
  const safe = Math.ceil(span / 11000 / 1000) * 1000;
  const intervalMs = Math.max(panelMs, scrapeMs, span > 11000 * 1000 ? safe : 0, 1000);
  const text = (ms) => (ms % 1000 ? `${ms}ms` : `${ms / 1000}s`);
  const seconds = Math.max(1, Math.round(span / 1000));
  const rate = Math.max(intervalMs + scrapeMs, 4 * scrapeMs);
  return {
    intervalMs,
    macros: {
      __interval: text(intervalMs),
      __interval_ms: String(intervalMs),
      __rate_interval: text(rate),
      __rate_interval_ms: String(rate),
      __range: `${seconds}s`,
      __range_s: String(seconds),
      __range_ms: String(seconds * 1000),
      __from: String(range.from.valueOf()),
      __to: String(range.to.valueOf()),
    },
  };
}

const series = (m) => {
  const { __name__, ...rest } = m;
  const ls = Object.entries(rest).map(([k, v]) => `${k}="${v}"`).join(', ');
  return (__name__ ?? '') + (ls || !__name__ ? `{${ls}}` : '');
};

function legend(format, metric, expr) {
  if (format === '__auto' || format == null) {
    return Object.keys(metric).length ? undefined : expr;
  }
  if (format === '') {
    return series(metric);
  }
  return format.replace(/\{\{\s*(.+?)\s*\}\}/g, (_, l) => metric[l] ?? '');
}

const number = (s) => (s === '+Inf' ? Infinity : s === '-Inf' ? -Infinity : Number(s));

export async function runTargets(panel, { vars, range, width, scrape }) {
  const targets = (panel.targets ?? []).filter((t) => !t.hide && t.expr);
  const tables = targets.filter((t) => t.format === 'table').length;
  const out = { frames: [], errors: [], notices: [], empty: [], raw: [], queries: [] };
  const answers = await Promise.all(
    targets.map(async (t) => {
      const { intervalMs, macros } = steps(panel, t, range, width, scrape);
      const expr = interpolate(t.expr, vars, macros, 'prom');
      const step = intervalMs / 1000;
      try {
        const d = t.instant
          ? await prom('query', { query: expr, time: range.to.valueOf() / 1000 })
          : await prom('query_range', {
              query: expr,
              start: Math.floor(range.from.valueOf() / intervalMs) * step,
              end: Math.floor(range.to.valueOf() / intervalMs) * step,
              step,
            });
        return { t, expr, intervalMs, d };
      } catch (e) {
        return { t, expr, intervalMs, error: e.message };
      }
    })
  );
  for (const { t, expr, intervalMs, d, error } of answers) {
    out.queries.push(`${t.refId}: ${expr}`);
    if (error) {
      out.errors.push(`${t.refId}: ${error}`);
      continue;
    }
    out.notices.push(...(d.warnings ?? []), ...(d.infos ?? []).map((x) => `${t.refId}: ${x}`));
    let result = d.data.result;
    if (d.data.resultType === 'scalar') {
      result = [{ metric: {}, value: d.data.result }];
    }
    if (!result.length) {
      out.empty.push(t.refId);
    }
    out.raw.push({ target: t, result, intervalMs, type: d.data.resultType });
    if (t.format === 'table') {
      out.frames.push(table(t, result, tables));
    } else {
      for (const r of result) {
        out.frames.push(line(t, r, intervalMs, expr));
      }
    }
  }
  return out;
}

const points = (r) => (r.values ?? (r.value ? [r.value] : [])).map(([at, v]) => [at * 1000, number(v)]);

function line(t, r, intervalMs, expr) {
  const name = legend(t.legendFormat, r.metric, expr);
  const ps = points(r);
  return toDataFrame({
    refId: t.refId,
    name,
    fields: [
      { name: 'Time', type: FieldType.time, config: { interval: intervalMs }, values: ps.map((p) => p[0]) },
      {
        name: 'Value',
        type: FieldType.number,
        labels: r.metric,
        config: name === undefined ? {} : { displayNameFromDS: name },
        values: ps.map((p) => p[1]),
      },
    ],
  });
}

function table(t, result, tables) {
  const labels = [...new Set(result.flatMap((r) => Object.keys(r.metric)))].sort();
  const rows = result.flatMap((r) => points(r).map((p) => ({ p, m: r.metric })));
  return toDataFrame({
    refId: t.refId,
    fields: [
      { name: 'Time', type: FieldType.time, config: {}, values: rows.map((x) => x.p[0]) },
      ...labels.map((l) => ({ name: l, type: FieldType.string, config: { filterable: true }, values: rows.map((x) => x.m[l] ?? '') })),
      {
        name: tables > 1 ? `Value #${t.refId}` : 'Value',
        type: FieldType.number,
        config: {},
        values: rows.map((x) => x.p[1]),
      },
    ],
  });
}
