// SPDX-License-Identifier: Apache-2.0

// What Grafana's core registers at start-up and the component library expects to find.
import {
  FieldConfigOptionsRegistry,
  applyFieldOverrides,
  locationUtil,
  standardFieldConfigEditorRegistry,
  standardTransformers,
  standardTransformersRegistry,
} from '@grafana/data';

const item = (id, path, isCustom) => ({
  id,
  path,
  name: id,
  isCustom,
  editor: () => null,
  override: () => null,
  process: (v) => v,
  shouldApply: () => true,
  settings: {},
});

const standard = [
  'unit', 'min', 'max', 'fieldMinMax', 'decimals', 'displayName', 'description', 'color', 'thresholds', 'mappings',
  'noValue', 'links', 'actions', 'filterable',
].map((id) => item(id, id, false));

export function setup() {
  standardFieldConfigEditorRegistry.setInit(() => standard);
  const seen = new Set();
  standardTransformersRegistry.setInit(() =>
    Object.values(standardTransformers)
      .filter((t) => !seen.has(t.id) && seen.add(t.id))
      .map((t) => ({ id: t.id, name: t.name, transformation: () => Promise.resolve(t) }))
  );
  locationUtil.initialize({
    config: { appSubUrl: '' },
    getVariablesUrlParams: () => ({}),
    getTimeRangeForUrl: () => ({}),
  });
}

// The defaults that Grafana's panel plugins give to `custom`.
const graph = {
  drawStyle: 'line',
  lineInterpolation: 'linear',
  lineWidth: 1,
  fillOpacity: 0,
  gradientMode: 'none',
  spanNulls: false,
  insertNulls: false,
  showPoints: 'auto',
  pointSize: 5,
  barAlignment: 0,
  barWidthFactor: 0.6,
  stacking: { mode: 'none', group: 'A' },
  axisPlacement: 'auto',
  axisLabel: '',
  axisColorMode: 'text',
  axisBorderShow: false,
  scaleDistribution: { type: 'linear' },
  axisCenteredZero: false,
  hideFrom: { tooltip: false, viz: false, legend: false },
  thresholdsStyle: { mode: 'off' },
};
const customDefaults = {
  timeseries: graph,
  table: { align: 'auto', cellOptions: { type: 'auto' }, inspect: false, filterable: false },
  'state-timeline': { fillOpacity: 70, lineWidth: 0, hideFrom: graph.hideFrom },
};
const baseThresholds = { mode: 'absolute', steps: [{ value: null, color: 'green' }, { value: 80, color: 'red' }] };
const colorDefaults = {
  timeseries: { mode: 'palette-classic' },
  'state-timeline': { mode: 'continuous-GrYlRd' },
};

export function withDefaults(panel) {
  const given = panel.fieldConfig ?? {};
  const defaults = { ...given.defaults };
  defaults.custom = { ...customDefaults[panel.type], ...defaults.custom };
  defaults.color ??= colorDefaults[panel.type] ?? { mode: 'thresholds' };
  const thresholds = structuredClone(defaults.thresholds ?? baseThresholds);
  for (const s of thresholds.steps ?? []) {
    s.value ??= -Infinity; // JSON has no -Infinity
  }
  defaults.thresholds = thresholds;
  const overrides = (given.overrides ?? []).map((o) => ({
    ...o,
    properties: o.properties.map((p) =>
      p.id === 'thresholds'
        ? { ...p, value: { ...p.value, steps: p.value.steps.map((s) => ({ ...s, value: s.value ?? -Infinity })) } }
        : p
    ),
  }));
  return { defaults, overrides };
}

// `custom.*` belongs to the panel plugins, which are not here: whatever the dashboard names is known.
function registryFor(fieldConfig) {
  const registry = new FieldConfigOptionsRegistry();
  standard.forEach((i) => registry.register(i));
  const ids = new Set(Object.keys(fieldConfig.defaults.custom ?? {}));
  for (const o of fieldConfig.overrides) {
    for (const p of o.properties) {
      if (p.id.startsWith('custom.')) {
        ids.add(p.id.slice('custom.'.length));
      }
    }
  }
  for (const id of ids) {
    // The label of the value axis is not one for the time axis.
    registry.register({ ...item(`custom.${id}`, id, true), shouldApply: (f) => id !== 'axisLabel' || f.type !== 'time' });
  }
  return registry;
}

export function applyConfig(frames, fieldConfig, { theme, replaceVariables, timeZone }) {
  return applyFieldOverrides({
    data: frames,
    fieldConfig,
    replaceVariables,
    theme,
    timeZone,
    fieldConfigRegistry: registryFor(fieldConfig),
  });
}
