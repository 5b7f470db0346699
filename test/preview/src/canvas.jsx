// SPDX-License-Identifier: Apache-2.0

// The panels Grafana keeps in its AGPL core: drawn here on Grafana's own axes (UPlotConfigBuilder), marked as stand-ins.
import { FieldType, formattedValueToString, getDisplayProcessor, getFieldDisplayName, getValueFormat } from '@grafana/data';
import { UPlotChart, UPlotConfigBuilder, VizLayout, VizLegend } from '@grafana/ui';
import * as chromatic from 'd3-scale-chromatic';
import React, { useMemo } from 'react';

import { annotate } from './annotate.js';

const X = 'x';
const Y = 'y';

function chart({ theme, timeZone, range, annotations }, yScale, yAxis, draw) {
  const b = new UPlotConfigBuilder(timeZone);
  b.addScale({ scaleKey: X, isTime: true, orientation: 0, direction: 1, range: () => [range.from.valueOf(), range.to.valueOf()] });
  b.addScale({ scaleKey: Y, orientation: 1, direction: 1, ...yScale });
  b.addAxis({ scaleKey: X, isTime: true, placement: 'bottom', timeZone, theme, grid: { show: true } });
  b.addAxis({ scaleKey: Y, placement: 'left', theme, ...yAxis });
  b.addSeries({ scaleKey: Y, theme, pathBuilder: () => null, drawStyle: 'line', lineColor: 'transparent', showPoints: 'never', colorMode: { id: 'fixed' } });
  b.addHook('draw', draw); // over the grid, as Grafana does it
  annotate(b, annotations);
  b.setCursor({ show: false });
  return b;
}

const blank = (range) => [[range.from.valueOf(), range.to.valueOf()], [null, null]];

// ---- heatmap --------------------------------------------------------------------------------------------------

// Prometheus gives a native histogram as a list of [boundary rule, lower, upper, count], a classic one as `le` series.
export function heatCells(raw) {
  const cells = [];
  let ordinal = null;
  for (const { result, intervalMs, target } of raw) {
    for (const r of result) {
      for (const [at, h] of r.histograms ?? (r.histogram ? [r.histogram] : [])) {
        for (const [, lo, hi, n] of h.buckets ?? []) {
          cells.push({ t: at * 1000, w: intervalMs, lo: Number(lo), hi: Number(hi), n: Number(n) });
        }
      }
    }
    const les = result.filter((r) => r.metric.le !== undefined && r.values);
    if (les.length) {
      const at = (s) => (s === '+Inf' ? Infinity : Number(s));
      les.sort((a, b) => at(a.metric.le) - at(b.metric.le));
      ordinal = les.map((r) => r.metric.le);
      const cumulative = les.map((r) => new Map(r.values.map(([t, v]) => [t, Number(v)])));
      les.forEach((r, i) => {
        for (const [t, v] of cumulative[i]) {
          const below = target.format === 'heatmap' ? cumulative[i - 1]?.get(t) ?? 0 : 0;
          cells.push({ t: t * 1000, w: intervalMs, lo: i, hi: i + 1, n: Math.max(0, v - below) });
        }
      });
    }
  }
  return { cells: cells.filter((c) => c.n > 0), ordinal };
}

// d3's many-coloured schemes run from dark to light and its plain ones from light to dark. Grafana turns them so that
// few counts are close to the background: the first kind on a light page, the second on a dark one.
const darkFirst = new Set(['Turbo', 'Cividis', 'Viridis', 'Magma', 'Inferno', 'Plasma', 'Warm', 'Cool', 'CubehelixDefault']);

function palette(color, theme) {
  const steps = Math.max(2, color?.steps ?? 64);
  const scheme = color?.scheme ?? 'Oranges';
  const f = chromatic[`interpolate${scheme}`] ?? chromatic.interpolateOranges;
  const turned = darkFirst.has(scheme) !== theme.isDark;
  return Array.from({ length: steps }, (_, i) => f(turned !== !!color?.reverse ? 1 - i / (steps - 1) : i / (steps - 1)));
}

export function Heatmap({ panel, raw, range, theme, timeZone, width, height, fieldConfig, annotations }) {
  const o = panel.options ?? {};
  const { cells, ordinal } = useMemo(() => heatCells(raw), [raw]);
  const colors = useMemo(() => palette(o.color, theme), [o.color, theme]);
  const min = o.color?.min ?? 0;
  const max = o.color?.max ?? Math.max(...cells.map((c) => c.n));
  const drop = o.filterValues?.le ?? 0;
  const shown = cells.filter((c) => c.n > drop);
  const unit = o.yAxis?.unit ?? fieldConfig.defaults.unit ?? 'short';
  const decimals = o.yAxis?.decimals ?? fieldConfig.defaults.decimals;
  const format = (v, d) => formattedValueToString(getValueFormat(unit)(v, d));
  const cell = (v) => formattedValueToString(getValueFormat(o.cellValues?.unit ?? 'short')(v, o.cellValues?.decimals));
  const config = useMemo(() => {
    const positive = shown.filter((c) => c.lo > 0 || ordinal);
    let lo = Math.min(...positive.map((c) => c.lo));
    let hi = Math.max(...shown.map((c) => c.hi));
    if (o.yAxis?.min != null) lo = Number(o.yAxis.min);
    if (o.yAxis?.max != null) hi = Number(o.yAxis.max);
    const marks = [];
    if (ordinal) {
      const every = Math.max(1, Math.ceil((ordinal.length * 16) / Math.max(60, height - 90)));
      ordinal.forEach((_, i) => (ordinal.length - 1 - i) % every === 0 && marks.push(i + 1));
    } else {
      const all = Math.log2(hi / lo);
      const stride = Math.max(1, Math.ceil((all * 26) / Math.max(60, height - 90)));
      for (let e = Math.ceil(Math.log2(lo)); 2 ** e <= hi; e++) {
        if (e % stride === 0) marks.push(2 ** e);
      }
      if (marks.length < 2) {
        marks.length = 0;
        for (let i = 0; i <= 4; i++) marks.push(lo * (hi / lo) ** (i / 4));
      }
    }
    return chart(
      { theme, timeZone, range, annotations },
      ordinal ? { range: () => [0, ordinal.length] } : { distribution: 'log', log: 2, range: () => [lo, hi] },
      {
        grid: { show: false },
        splits: marks,
        values: marks.map((m) => (ordinal?.[m - 1] === '+Inf' ? '+Inf' : format(ordinal ? Number(ordinal[m - 1]) : m, decimals))),
        filter: (_, s) => s,
      },
      (u) => {
        const { ctx, bbox } = u;
        ctx.save();
        ctx.beginPath();
        ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
        ctx.clip();
        for (const c of shown) {
          const x0 = Math.round(u.valToPos(c.t - c.w, X, true));
          const x1 = Math.round(u.valToPos(c.t, X, true));
          const top = Math.round(u.valToPos(Math.min(c.hi, hi), Y, true));
          const bottom = Math.round(u.valToPos(Math.max(c.lo, lo), Y, true));
          const k = max > min ? Math.min(1, Math.max(0, (c.n - min) / (max - min))) : 1;
          ctx.fillStyle = colors[Math.round(k ** (o.color?.mode === 'opacity' ? 0.5 : 1) * (colors.length - 1))];
          const gap = x1 - x0 > 4 ? o.cellGap ?? 1 : 0;
          ctx.fillRect(x0, top, Math.max(1, x1 - x0 - gap), Math.max(1, bottom - top - (bottom - top > 4 ? gap : 0)));
        }
        ctx.restore();
      }
    );
  }, [cells, width, height, theme]);
  const scale = o.legend?.show !== false ? 34 : 0;
  return (
    <div>
      <UPlotChart config={config} data={blank(range)} width={width} height={height - scale} />
      {scale > 0 && (
        <div style={{ margin: '4px 10px 0', maxWidth: 300 }}>
          <div style={{ height: 10, borderRadius: 2, background: `linear-gradient(90deg, ${colors.filter((_, i) => i % 4 === 0 || i === colors.length - 1).join(',')})` }} />
          <div style={{ display: 'flex', justifyContent: 'space-between', ...theme.typography.bodySmall, color: theme.colors.text.secondary }}>
            <span>{cell(min)}</span>
            <span>{cell(max)}</span>
          </div>
        </div>
      )}
    </div>
  );
}

// ---- state timeline -------------------------------------------------------------------------------------------

const thresholdItems = (field, theme) => {
  const steps = field.config.thresholds?.steps ?? [];
  const text = (v) => formattedValueToString(getDisplayProcessor({ field: { ...field, config: { ...field.config, mappings: [] } }, theme })(v));
  return steps.map((s, i) => ({
    color: theme.visualization.getColorByName(s.color),
    label: i === 0 ? (steps.length > 1 ? `< ${text(steps[1].value)}` : 'Any') : `${text(s.value)}+`,
    value: s.value,
  }));
};

function stretches(frame, field, merge, items, spanNulls) {
  const time = frame.fields.find((f) => f.type === FieldType.time);
  const step = time.config.interval ?? 0;
  const out = [];
  for (let i = 0; i < time.values.length; i++) {
    const v = field.values[i];
    if (v == null || Number.isNaN(v)) continue;
    const d = field.display(v);
    // As in Grafana: merging by thresholds leaves value mappings out (grafana/grafana#71804).
    const item = merge && items.length && field.config.color?.mode === 'thresholds' ? items.filter((s) => v >= s.value).pop() ?? items[0] : null;
    const text = item ? item.label : formattedValueToString(d);
    const color = item ? item.color : d.color;
    const from = time.values[i];
    const to = i + 1 < time.values.length && (spanNulls === true || time.values[i + 1] - from <= step * 1.5) ? time.values[i + 1] : from + step;
    const last = out[out.length - 1];
    if (merge && last && last.text === text && last.color === color && last.to === from) last.to = to;
    else out.push({ from, to, text, color });
  }
  return out;
}

export function StateTimeline({ panel, frames, range, theme, timeZone, width, height, annotations }) {
  const o = panel.options ?? {};
  const rows = useMemo(
    () =>
      frames.flatMap((frame) =>
        frame.fields
          .filter((f) => f.type !== FieldType.time && !f.config.custom?.hideFrom?.viz)
          .map((field) => {
            const items = field.type === FieldType.number ? thresholdItems(field, theme) : [];
            return { name: getFieldDisplayName(field, frame, frames), items, field, parts: stretches(frame, field, o.mergeValues !== false, items, field.config.custom?.spanNulls) };
          })
      ),
    [frames]
  );
  const n = rows.length;
  const config = useMemo(
    () =>
      chart(
        { theme, timeZone, range, annotations },
        { range: () => [0, n] },
        { grid: { show: false }, ticks: { show: false }, splits: rows.map((_, i) => n - i - 0.5), values: rows.map((r) => r.name), filter: (_, s) => s },
        (u) => {
          const { ctx, bbox } = u;
          const high = ((o.rowHeight ?? 0.9) * bbox.height) / n;
          ctx.save();
          ctx.beginPath();
          ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
          ctx.clip();
          ctx.font = `${12 * devicePixelRatio}px ${theme.typography.fontFamily}`;
          ctx.textBaseline = 'middle';
          rows.forEach((r, i) => {
            const mid = u.valToPos(n - i - 0.5, Y, true);
            for (const p of r.parts) {
              const x0 = Math.round(u.valToPos(p.from, X, true));
              const x1 = Math.round(u.valToPos(p.to, X, true));
              const w = Math.max(1, x1 - x0);
              ctx.globalAlpha = (r.field.config.custom?.fillOpacity ?? 70) / 100;
              ctx.fillStyle = p.color;
              ctx.fillRect(x0, mid - high / 2, w, high);
              ctx.globalAlpha = 1;
              const need = ctx.measureText(p.text).width + 8;
              const left = Math.max(x0, bbox.left);
              if (o.showValue !== 'never' && (o.showValue === 'always' || need < x1 - left)) {
                ctx.fillStyle = theme.colors.text.primary;
                const align = o.alignValue ?? 'left';
                ctx.textAlign = align;
                ctx.fillText(p.text, align === 'left' ? left + 4 : align === 'right' ? x1 - 4 : (left + x1) / 2, mid);
              }
            }
          });
          ctx.restore();
        }
      ),
    [rows, width, height, theme]
  );
  const legend = useMemo(() => {
    const found = new Map();
    for (const r of rows) {
      const thresholded = r.items.length > 1 && r.field.config.color?.mode === 'thresholds';
      for (const p of thresholded ? r.items.map((i) => ({ text: i.label, color: i.color })) : r.parts) {
        found.set(p.text, { label: p.text, color: p.color, yAxis: 1 });
      }
    }
    return [...found.values()];
  }, [rows]);
  const show = o.legend?.showLegend !== false && legend.length > 0;
  return (
    <VizLayout
      width={width}
      height={height}
      legend={show ? <VizLayout.Legend placement={o.legend?.placement ?? 'bottom'}><VizLegend placement={o.legend?.placement ?? 'bottom'} items={legend} displayMode="list" /></VizLayout.Legend> : null}
    >
      {(w, h) => <UPlotChart config={config} data={blank(range)} width={w} height={h} />}
    </VizLayout>
  );
}

// ---- gauge ----------------------------------------------------------------------------------------------------

const arc = (cx, cy, r0, r1, a0, a1) => {
  const p = (r, a) => `${cx + r * Math.cos(a)} ${cy + r * Math.sin(a)}`;
  const big = a1 - a0 > Math.PI ? 1 : 0;
  return `M${p(r1, a0)} A${r1} ${r1} 0 ${big} 1 ${p(r1, a1)} L${p(r0, a1)} A${r0} ${r0} 0 ${big} 0 ${p(r0, a0)} Z`;
};

export function GaugeDial({ theme, value, field, width, height, options, showName }) {
  const name = showName && value.title ? value.title : '';
  const titleSize = options.text?.titleSize ?? 14;
  const nameHeight = name ? titleSize * 1.5 : 0;
  const w = width;
  const h = height - nameHeight;
  // 240 degrees of arc: from 150 to 390, its lower end half a radius below the centre.
  const r = Math.max(10, Math.min(w / 2, h / 1.55) - 6);
  const cx = w / 2;
  const cy = r + 4 + Math.max(0, (h - r * 1.55 - 8) / 2);
  const a0 = (150 * Math.PI) / 180;
  const sweep = (240 * Math.PI) / 180;
  const min = field.min ?? 0;
  const max = field.max ?? 100;
  const share = (v) => Math.min(1, Math.max(0, (v - min) / (max - min || 1)));
  const markers = options.showThresholdMarkers !== false;
  const outer = markers ? r - 8 : r;
  const inner = r * 0.68;
  const steps = field.thresholds?.steps ?? [];
  const percent = field.thresholds?.mode === 'percentage';
  const at = (s) => (s.value === -Infinity || s.value == null ? 0 : percent ? s.value / 100 : share(s.value));
  const ok = Number.isFinite(value.numeric);
  const text = formattedValueToString(value);
  const size = options.text?.valueSize ?? Math.min(r * 0.5, (inner * 1.7) / Math.max(2, text.length * 0.58), 80);
  return (
    <div style={{ width, height }}>
      <svg width={w} height={h} style={{ display: 'block' }}>
        <path d={arc(cx, cy, inner, outer, a0, a0 + sweep)} fill={theme.colors.background.secondary} />
        {ok && share(value.numeric) > 0 && <path d={arc(cx, cy, inner, outer, a0, a0 + sweep * share(value.numeric))} fill={value.color} />}
        {markers &&
          steps.map((s, i) => {
            const from = at(s);
            const to = i + 1 < steps.length ? at(steps[i + 1]) : 1;
            return to > from ? <path key={i} d={arc(cx, cy, r - 5, r, a0 + sweep * from, a0 + sweep * to)} fill={theme.visualization.getColorByName(s.color)} /> : null;
          })}
        <text x={cx} y={cy + size * 0.2} textAnchor="middle" dominantBaseline="middle" fontSize={size} fontWeight={500} fontFamily={theme.typography.fontFamily} fill={value.color ?? theme.colors.text.primary}>
          {text}
        </text>
      </svg>
      {name && <div style={{ textAlign: 'center', height: nameHeight, fontSize: titleSize, whiteSpace: 'nowrap', overflow: 'hidden', textOverflow: 'ellipsis' }}>{name}</div>}
    </div>
  );
}
