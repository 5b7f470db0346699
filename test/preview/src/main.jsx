// SPDX-License-Identifier: Apache-2.0

import { createTheme, ThemeContext, rangeUtil, dateTimeFormat } from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import { GlobalStyles, Icon, PortalContainer } from '@grafana/ui';
import React, { useEffect, useMemo, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';

import { CELL, arrange } from './layout.js';
import { Panel, loadAnnotations } from './panels.jsx';
import { setup } from './setup.js';
import { interpolate, loadVariables } from './vars.js';

window.__grafana_public_path__ = '/public/';
const params = new URLSearchParams(location.search);
const uid = params.get('dashboard');
const theme = createTheme({ colors: { mode: params.get('theme') === 'light' ? 'light' : 'dark' } });
const timeZone = 'browser';

function ready(what) {
  for (const [k, v] of Object.entries(what)) {
    document.body.setAttribute(k, v);
  }
}

async function open() {
  const dashboard = await (await fetch(`/dashboards/${encodeURIComponent(uid)}`)).json();
  if (dashboard.error) {
    throw new Error(`${uid}: ${dashboard.error}`);
  }
  const range = rangeUtil.convertRawToRange(
    { from: params.get('from') ?? dashboard.time?.from ?? 'now-1h', to: params.get('to') ?? dashboard.time?.to ?? 'now' },
    timeZone
  );
  const scrape = params.get('scrape') ?? '15s';
  const vars = await loadVariables(dashboard, params, range);
  const annotations = await loadAnnotations(dashboard, { vars, range, theme, scrape, width: innerWidth });
  return { dashboard, range, scrape, vars, annotations };
}

const box = { display: 'inline-flex', alignItems: 'center', height: 32, fontSize: 14, whiteSpace: 'nowrap' };

function Chip({ label, value, icon, menu = !!label }) {
  const c = theme.colors;
  return (
    <span style={{ ...box, maxWidth: '100%' }}>
      {label && <span style={{ ...box, padding: '0 8px', fontWeight: 500, fontSize: 12, background: c.background.secondary, border: `1px solid ${c.border.weak}`, borderRight: 0, borderRadius: '6px 0 0 6px' }}>{label}</span>}
      <span style={{ ...box, gap: 6, padding: '0 8px', background: label ? c.background.primary : c.secondary.main, border: `1px solid ${label ? theme.components.input.borderColor : c.border.weak}`, borderRadius: label ? '0 6px 6px 0' : 6, overflow: 'hidden', textOverflow: 'ellipsis' }}>
        {icon && <Icon name={icon} />}
        {value}
        {menu && <Icon name="angle-down" />}
      </span>
    </span>
  );
}

function Page({ dashboard, range, scrape, vars, annotations }) {
  const phone = innerWidth < 768;
  const pad = phone ? 8 : 16;
  const width = document.documentElement.clientWidth - 2 * pad;
  const view = useMemo(() => arrange(dashboard, vars, { width, collapsed: params.get('collapsed') ?? 'open' }), []);
  const drawn = useRef(new Set());
  const wanted = view.panels.filter((p) => p.type !== 'row').length;
  const settle = () => document.fonts.ready.then(() => setTimeout(() => ready({ 'data-ready': '1' }), 400));
  const ctx = useMemo(
    () => ({
      range, scrape, theme, timeZone, annotations,
      extra: { __url_time_range: `from=${range.from.valueOf()}&to=${range.to.valueOf()}`, __from: String(range.from.valueOf()), __to: String(range.to.valueOf()),
        __all_variables: Object.values(vars).map((v) => interpolate(`\${${v.name}:queryparam}`, vars)).join('&') },
      done: (key) => {
        drawn.current.add(key);
        if (drawn.current.size === wanted) settle();
      },
    }),
    []
  );
  useEffect(() => {
    if (!wanted) settle();
  }, []);
  const raw = range.raw;
  const time = typeof raw.from === 'string' && typeof raw.to === 'string' ? rangeUtil.describeTimeRange(raw, timeZone) : `${dateTimeFormat(range.from)} to ${dateTimeFormat(range.to)}`;
  return (
    <div id="page" style={{ padding: pad }}>
      <div style={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 8, marginBottom: 8 }}>
        <span style={{ fontSize: 18, fontWeight: 500, marginRight: 'auto', flexBasis: phone ? '100%' : undefined }}>{interpolate(dashboard.title, vars)}</span>
        {(dashboard.links ?? []).map((l, i) => <Chip key={i} icon={l.type === 'dashboards' ? 'bars' : 'external-link-alt'} value={l.title || (l.tags ?? []).join(', ')} />)}
        <Chip icon="clock-nine" value={time} />
        {dashboard.refresh && <Chip icon="sync" value={dashboard.refresh} />}
      </div>
      <div data-variables style={{ display: 'flex', flexWrap: 'wrap', gap: 8, marginBottom: 12 }}>
        {Object.values(vars).filter((v) => v.hide !== 2).map((v) => <Chip key={v.name} label={v.hide === 1 ? '' : v.label} value={v.text} menu={v.type !== 'textbox'} />)}
      </div>
      <div style={{ position: 'relative', width, height: view.height }}>
        {view.panels.map((p) =>
          p.type === 'row' ? (
            <div key={p.key} data-row={p.key} style={{ position: 'absolute', ...p.box, height: CELL, display: 'flex', alignItems: 'center', gap: 8, fontSize: 16, fontWeight: 500 }}>
              <Icon name={p.collapsed ? 'angle-right' : 'angle-down'} />
              {interpolate(p.title, p.vars)}
              {p.collapsed && <span style={{ fontSize: 12, fontWeight: 400, color: theme.colors.text.secondary }}>({p.panels?.length ?? 0} panels)</span>}
            </div>
          ) : (
            <Panel key={p.key} panel={p} ctx={ctx} />
          )
        )}
      </div>
    </div>
  );
}

function App() {
  const [state, set] = useState(null);
  const [error, fail] = useState(null);
  useEffect(() => {
    if (!uid) {
      fetch('/dashboards/').then((r) => r.json()).then((list) => set({ list }), (e) => fail(String(e)));
      return;
    }
    open().then(set, (e) => {
      fail(String(e.message ?? e));
      ready({ 'data-failed': String(e.message ?? e), 'data-ready': '1' });
    });
  }, []);
  return (
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      {error && <pre style={{ color: theme.colors.error.text, padding: 16 }}>{error}</pre>}
      {state?.list && <ul style={{ padding: 24 }}>{state.list.map((d) => <li key={d.uid}><a href={`/?dashboard=${d.uid}`} style={{ color: theme.colors.text.link }}>{d.title}</a></li>)}</ul>}
      {state?.dashboard && <Page {...state} />}
      <PortalContainer />
    </ThemeContext.Provider>
  );
}

setup();
initPluginTranslations('preview').then(() => createRoot(document.getElementById('root')).render(<App />));
