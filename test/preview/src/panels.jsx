// SPDX-License-Identifier: Apache-2.0

import {
  FieldType,
  applyNullInsertThreshold,
  cacheFieldDisplayNames,
  getDisplayValueAlignmentFactors,
  getFieldDisplayValues,
  renderMarkdown,
  transformDataFrame,
} from '@grafana/data';
import { BarGauge, BigValue, Icon, PanelChrome, TimeSeries, VizRepeater } from '@grafana/ui';
import { TableNG } from '@grafana/ui/unstable';
import React, { useEffect, useState } from 'react';
import { lastValueFrom } from 'rxjs';

import { annotate } from './annotate.js';
import { GaugeDial, Heatmap, StateTimeline, heatCells } from './canvas.jsx';
import { prom, runTargets } from './prom.js';
import { applyConfig, withDefaults } from './setup.js';
import { interpolate } from './vars.js';

const standIns = new Set(['heatmap', 'state-timeline', 'gauge', 'alertlist']);
const single = new Set(['stat', 'gauge', 'bargauge']);

async function load(panel, ctx, width) {
  if (panel.type === 'text') {
    return { frames: [], errors: [], notices: [], empty: [], raw: [], queries: [] };
  }
  if (panel.type === 'alertlist') {
    return { frames: [], errors: [], notices: [], empty: [], raw: [], queries: [], alerts: await alerts(panel, ctx) };
  }
  const data = await runTargets(panel, { vars: panel.vars, range: ctx.range, width, scrape: ctx.scrape });
  let frames = data.frames;
  const transformations = (panel.transformations ?? []).filter((t) => !t.disabled);
  if (transformations.length) {
    frames = await lastValueFrom(transformDataFrame(transformations, frames, { interpolate: (s) => interpolate(s, panel.vars) }));
  }
  const fieldConfig = withDefaults(panel);
  const replaceVariables = (text, scoped, format) =>
    interpolate(text, panel.vars, ctx.extra, typeof format === 'string' ? format : 'text', scoped);
  if (panel.type === 'timeseries') {
    frames = frames.map((f) => ({
      ...f,
      fields: f.fields.map((x) => (x.type === FieldType.number ? { ...x, values: x.values.map((v) => (Number.isFinite(v) ? v : null)) } : x)),
    }));
  }
  frames = applyConfig(frames, fieldConfig, { theme: ctx.theme, timeZone: ctx.timeZone, replaceVariables });
  if (panel.type === 'timeseries') {
    // Grafana's panel breaks each line where samples are missing; the component alone does so for the first one only.
    frames = frames.map((frame) => applyNullInsertThreshold({ frame }));
  }
  cacheFieldDisplayNames(frames);
  const some = frames.some((f) => f.fields.some((x) => x.type !== FieldType.time && x.values.some((v) => v != null && !Number.isNaN(v))));
  const heat = panel.type === 'heatmap' && heatCells(data.raw).cells.length > 0;
  return { ...data, frames, fieldConfig, replaceVariables, nodata: panel.type === 'heatmap' ? !heat : !some };
}

export function Panel({ panel, ctx }) {
  const { box } = panel;
  const [state, set] = useState(null);
  useEffect(() => {
    load(panel, ctx, box.width - 16).then(set, (e) => set({ frames: [], errors: [String(e.message ?? e)], notices: [], empty: [], raw: [], queries: [] }));
  }, []);
  useEffect(() => {
    if (state) {
      requestAnimationFrame(() => requestAnimationFrame(() => ctx.done(panel.key)));
    }
  }, [state]);
  const title = interpolate(panel.title, panel.vars);
  const attributes = { 'data-panel': panel.key, 'data-title': title, 'data-type': panel.type };
  if (state?.errors.length) {
    attributes['data-error'] = state.errors.join('; ');
  } else if (state?.nodata) {
    attributes['data-nodata'] = '1';
  } else if (state?.empty.length) {
    attributes['data-empty-targets'] = state.empty.join(',');
  }
  if (state?.notices.length) {
    attributes['data-notices'] = [...new Set(state.notices)].join('; ');
  }
  return (
    <div {...attributes} style={{ position: 'absolute', ...box }}>
      <Guard>
        <PanelChrome
          title={title}
          description={panel.description ? () => renderMarkdown(interpolate(panel.description, panel.vars)) : ''}
          width={box.width}
          height={box.height}
          hoverHeader={!title}
          displayMode={panel.transparent ? 'transparent' : 'default'}
          titleItems={panel.links?.length ? <PanelChrome.TitleItem title={panel.links.map((l) => l.title).join(', ')}><Icon name="external-link-alt" size="md" /></PanelChrome.TitleItem> : undefined}
          padding={panel.type === 'table' ? 'none' : 'md'}
          statusMessage={state?.errors.length ? state.errors.join('\n') : undefined}
        >
          {(width, height) => (
            <div style={{ width, height, overflow: 'hidden', position: 'relative' }}>
              {state && <Body panel={panel} state={state} ctx={ctx} width={width} height={height} />}
            </div>
          )}
        </PanelChrome>
      </Guard>
      {standIns.has(panel.type) && (
        <span data-standin={panel.type} style={{ position: 'absolute', right: 6, bottom: 2, fontSize: 9, opacity: 0.55, color: ctx.theme.colors.text.secondary, pointerEvents: 'none' }}>
          stand-in
        </span>
      )}
    </div>
  );
}

class Guard extends React.Component {
  state = { error: null };
  static getDerivedStateFromError(error) {
    return { error };
  }
  componentDidCatch(error) {
    console.error(error);
  }
  render() {
    return this.state.error ? <pre data-crash="1" style={{ color: 'red', whiteSpace: 'pre-wrap' }}>{String(this.state.error)}</pre> : this.props.children;
  }
}

const Centered = ({ children, theme, width, height }) => (
  <div style={{ width, height, display: 'flex', alignItems: 'center', justifyContent: 'center', textAlign: 'center', padding: 8, color: theme.colors.text.secondary }}>{children}</div>
);

function Body({ panel, state, ctx, width, height }) {
  const { theme, range, timeZone } = ctx;
  const o = panel.options ?? {};
  if (panel.type === 'text') {
    const text = interpolate(o.content ?? '', panel.vars);
    return o.mode === 'code' ? <pre>{text}</pre> : <div className="markdown-html" style={{ height: '100%', overflow: 'hidden' }} dangerouslySetInnerHTML={{ __html: o.mode === 'html' ? text : renderMarkdown(text) }} />;
  }
  if (panel.type === 'alertlist') {
    return <AlertList alerts={state.alerts ?? []} options={o} theme={theme} width={width} height={height} />;
  }
  const noValue = state.fieldConfig?.defaults.noValue ?? 'No data';
  const emptySingle = single.has(panel.type) && !state.errors.length;
  if (state.errors.length || (state.nodata && !emptySingle)) {
    return <Centered {...{ theme, width, height }}>{state.errors.length ? <span style={{ color: theme.colors.error.text }}>{state.errors.join('; ')}</span> : noValue}</Centered>;
  }
  const props = { panel, range, theme, timeZone, width, height, fieldConfig: state.fieldConfig, annotations: ctx.annotations };
  switch (panel.type) {
    case 'timeseries': {
      const legend = { showLegend: true, displayMode: 'list', placement: 'bottom', calcs: [], ...o.legend };
      return (
        <TimeSeries frames={state.frames} structureRev={1} width={width} height={height} timeRange={range} timeZone={timeZone} legend={legend} options={o}>
          {(config) => {
            annotate(config, ctx.annotations);
            return null;
          }}
        </TimeSeries>
      );
    }
    case 'table': {
      const frame = state.frames[o.frameIndex ?? 0] ?? state.frames[0];
      return (
        <TableNG
          data={frame}
          width={width}
          height={height}
          structureRev={1}
          noHeader={o.showHeader === false}
          cellHeight={o.cellHeight ?? 'sm'}
          sortBy={o.sortBy}
          enablePagination={o.enablePagination ?? o.footer?.enablePagination}
          frozenColumns={o.frozenColumns?.left}
          enableVirtualization={false}
          noValue={noValue}
          timeRange={range}
        />
      );
    }
    case 'heatmap':
      return <Heatmap {...props} raw={state.raw} />;
    case 'state-timeline':
      return <StateTimeline {...props} frames={state.frames} />;
    case 'stat':
    case 'gauge':
    case 'bargauge':
      return <Values {...props} state={state} />;
    default:
      return <Centered {...{ theme, width, height }}>This page does not know the panel type {panel.type}.</Centered>;
  }
}

function Values({ panel, state, range, theme, timeZone, width, height, fieldConfig }) {
  const o = panel.options ?? {};
  const graph = o.graphMode ?? 'area';
  const values = () =>
    getFieldDisplayValues({
      fieldConfig,
      reduceOptions: { calcs: ['lastNotNull'], values: false, ...o.reduceOptions },
      replaceVariables: state.replaceVariables,
      theme,
      data: state.frames,
      sparkline: panel.type === 'stat' && graph !== 'none',
      timeZone,
    });
  const alone = (count, display) => (count === 1 && !fieldConfig.defaults.displayName ? { ...display, title: undefined } : display);
  const renderValue = ({ value, width: w, height: h, count, orientation, alignmentFactors }) => {
    if (panel.type === 'stat') {
      if (value.sparkline) {
        value.sparkline.timeRange = range;
      }
      let textMode = o.textMode ?? 'auto';
      if (textMode === 'auto' && (fieldConfig.defaults.displayName || !panel.title)) {
        textMode = 'value_and_name';
      }
      return (
        <BigValue theme={theme} width={w} height={h} value={value.display} count={count} sparkline={value.sparkline} graphMode={graph} colorMode={o.colorMode ?? 'value'} textMode={textMode} justifyMode={o.justifyMode ?? 'auto'} alignmentFactors={alignmentFactors} text={o.text} />
      );
    }
    if (panel.type === 'gauge') {
      return <GaugeDial theme={theme} width={w} height={h} value={alone(count, value.display)} field={value.field} options={o} showName={count > 1 || !!fieldConfig.defaults.displayName} />;
    }
    return (
      <BarGauge theme={theme} width={w} height={h} value={alone(count, value.display)} field={value.field} display={value.view?.getFieldDisplayProcessor(value.colIndex)} orientation={orientation} itemSpacing={10} displayMode={o.displayMode ?? 'gradient'} alignmentFactors={alignmentFactors} showUnfilled={o.showUnfilled ?? true} valueDisplayMode={o.valueMode} namePlacement={o.namePlacement} text={o.text} />
    );
  };
  return (
    <VizRepeater
      getValues={values}
      getAlignmentFactors={(v, w, h) => getDisplayValueAlignmentFactors(v)}
      renderValue={renderValue}
      width={width}
      height={height}
      source={state.frames}
      itemSpacing={panel.type === 'bargauge' ? 10 : 3}
      minVizHeight={panel.type === 'bargauge' ? o.minVizHeight ?? 16 : undefined}
      maxVizHeight={panel.type === 'bargauge' ? o.maxVizHeight ?? 300 : undefined}
      renderCounter={0}
      autoGrid={true}
      orientation={o.orientation ?? 'auto'}
    />
  );
}

// ---- annotations ----------------------------------------------------------------------------------------------

export async function loadAnnotations(dashboard, { vars, range, theme, scrape, width }) {
  const out = [];
  for (const a of dashboard.annotations?.list ?? []) {
    if (!a.enable || a.builtIn || !a.expr) {
      continue;
    }
    const data = await runTargets({ targets: [{ refId: 'Anno', expr: a.expr, interval: a.step || '60s' }] }, { vars, range, width, scrape });
    const color = theme.visualization.getColorByName(a.iconColor ?? 'red');
    const seen = new Set();
    for (const r of data.raw.flatMap((x) => x.result.map((y) => ({ ...y, step: x.intervalMs })))) {
      const hits = r.values.filter(([, v]) => Number(v) > 0).map(([t]) => t * 1000);
      for (let i = 0; i < hits.length; ) {
        let j = i;
        while (j + 1 < hits.length && hits[j + 1] - hits[j] <= r.step * 1.5) {
          j++;
        }
        const key = `${hits[i]}-${hits[j]}`;
        if (!seen.has(key)) {
          seen.add(key);
          out.push({ from: a.useValueForTime ? Number(r.values.find(([t]) => t * 1000 === hits[i])[1]) : hits[i], to: a.useValueForTime ? 0 : hits[j], color });
        }
        i = j + 1;
      }
    }
  }
  return out;
}

// ---- alert list -----------------------------------------------------------------------------------------------

async function alerts(panel, ctx) {
  const o = panel.options ?? {};
  const d = await prom('alerts', {});
  const matchers = interpolate(o.alertInstanceLabelFilter ?? '', panel.vars, {}, 'prom').replace(/^\{|\}$/g, '');
  const tests = [...matchers.matchAll(/(\w+)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"/g)].map(([, label, op, raw]) => {
    const value = raw.replace(/\\\\/g, '\\');
    const r = new RegExp(`^(?:${op.endsWith('~') ? value : ''})$`);
    return (labels) => {
      const have = labels[label] ?? '';
      return op === '=' ? have === value : op === '!=' ? have !== value : op === '=~' ? r.test(have) : !r.test(have);
    };
  });
  const states = o.stateFilter ?? { firing: true, pending: true };
  const groups = new Map();
  for (const a of d.data.alerts) {
    const name = a.labels.alertname;
    if (!states[a.state] || !tests.every((t) => t(a.labels)) || (o.alertName && !name.includes(interpolate(o.alertName, panel.vars)))) {
      continue;
    }
    const g = groups.get(name) ?? { name, state: a.state, since: a.activeAt, instances: [] };
    g.state = a.state === 'firing' ? 'firing' : g.state;
    g.since = g.since < a.activeAt ? g.since : a.activeAt;
    g.instances.push(a);
    groups.set(name, g);
  }
  return [...groups.values()].sort((a, b) => a.name.localeCompare(b.name)).slice(0, o.maxItems ?? 20);
}

const ago = (iso) => {
  const s = Math.max(0, (Date.now() - new Date(iso)) / 1000);
  return s < 90 ? `${Math.round(s)}s` : s < 5400 ? `${Math.round(s / 60)}m` : s < 172800 ? `${Math.round(s / 3600)}h` : `${Math.round(s / 86400)}d`;
};

function AlertList({ alerts, options, theme, width, height }) {
  if (options.viewMode === 'stat') {
    return <BigValue theme={theme} width={width} height={height} value={{ numeric: alerts.length, text: String(alerts.length), color: alerts.length ? theme.colors.error.text : theme.colors.text.primary }} colorMode="value" graphMode="none" />;
  }
  if (!alerts.length) {
    return <Centered {...{ theme, width, height }}>No alerts matching filters</Centered>;
  }
  return (
    <div style={{ display: 'flex', flexDirection: 'column', gap: 4, height, overflow: 'hidden' }}>
      {alerts.map((a) => {
        const color = a.state === 'firing' ? theme.colors.error.text : theme.colors.warning.text;
        return (
          <div key={a.name} style={{ display: 'flex', gap: 8, alignItems: 'center', padding: '4px 8px', background: theme.colors.background.secondary, borderRadius: 2, minHeight: 44 }}>
            <Icon name="exclamation-circle" size="lg" style={{ color, flex: 'none' }} />
            <div style={{ minWidth: 0, flex: 1, lineHeight: 1.3 }}>
              <div style={{ fontWeight: 500, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>{a.name}</div>
              <div style={{ ...theme.typography.bodySmall, whiteSpace: 'nowrap', overflow: 'hidden', textOverflow: 'ellipsis' }}>
                <span style={{ color }}>{a.state}</span>
                <span style={{ color: theme.colors.text.secondary }}> for {ago(a.since)} · {a.instances.length} instance{a.instances.length > 1 ? 's' : ''}</span>
              </div>
            </div>
          </div>
        );
      })}
    </div>
  );
}
