// SPDX-License-Identifier: Apache-2.0

// Dashboard variables: their values from Prometheus and the address, and their place in queries and links.
import { prom } from './prom.js';

const ALL = '$__all';

const escapeRegex = (s) => s.replace(/[\\^$*+?.()|[\]{}]/g, '\\\\$&');

export async function loadVariables(dashboard, params, range) {
  const vars = {};
  for (const def of dashboard.templating?.list ?? []) {
    const v = { name: def.name, label: def.label || def.name, type: def.type, hide: def.hide ?? 0, multi: !!def.multi,
      includeAll: !!def.includeAll, allValue: def.allValue, options: [] };
    vars[def.name] = v;
    if (def.type === 'datasource') {
      v.options = ['Prometheus'];
    } else if (def.type === 'query') {
      v.options = await queryOptions(def, vars, range);
    } else if (def.type === 'custom' || def.type === 'interval') {
      v.options = String(def.query ?? '').split(',').map((s) => s.trim()).filter(Boolean);
    } else {
      v.options = [String(def.query ?? def.current?.value ?? '')];
    }
    const wanted = params.getAll(`var-${def.name}`);
    const current = [].concat(def.current?.value ?? []).filter((x) => x !== '' && x != null);
    let value;
    if (wanted.length) {
      value = wanted.map((x) => (x === 'All' ? ALL : x));
    } else if (def.type === 'datasource') {
      value = v.options;
    } else if (current.length && (current.includes(ALL) || current.every((c) => v.options.includes(String(c))))) {
      value = current.map(String);
    } else if (v.includeAll) {
      value = [ALL];
    } else {
      value = v.options.slice(0, 1);
    }
    v.isAll = value.includes(ALL);
    v.value = v.isAll ? v.options : value;
    v.text = v.isAll ? 'All' : value.join(' + ') || '—';
  }
  return vars;
}

async function queryOptions(def, vars, range) {
  const text = typeof def.query === 'string' ? def.query : def.query?.query ?? def.definition ?? '';
  const q = interpolate(text, vars, {}, 'prom');
  const window = { start: Math.floor(range.from / 1000), end: Math.ceil(range.to / 1000) };
  let values = [];
  let m;
  if ((m = q.match(/^\s*label_values\(\s*([\s\S]+?)\s*,\s*([\w.]+)\s*\)\s*$/))) {
    values = (await prom(`label/${m[2]}/values`, { 'match[]': m[1], ...window })).data;
  } else if ((m = q.match(/^\s*label_values\(\s*([\w.]+)\s*\)\s*$/))) {
    values = (await prom(`label/${m[1]}/values`, window)).data;
  } else if ((m = q.match(/^\s*query_result\(([\s\S]+)\)\s*$/))) {
    const d = await prom('query', { query: m[1], time: window.end });
    values = d.data.result.map((r) => `${r.metric.__name__ ?? ''}{${Object.entries(r.metric).filter(([k]) => k !== '__name__').map(([k, x]) => `${k}="${x}"`).join(',')}} ${r.value[1]} ${r.value[0] * 1000}`);
  } else {
    throw new Error(`variable ${def.name}: this page does not know the query ${text}`);
  }
  if (def.regex) {
    const r = new RegExp(def.regex.replace(/^\/|\/[gimsuy]*$/g, ''));
    values = values.map((x) => x.match(r)).filter(Boolean).map((x) => x.groups?.value ?? x[1] ?? x[0]);
  }
  values = [...new Set(values)];
  return def.sort ? values.sort((a, b) => a.localeCompare(b, undefined, { numeric: true })) : values;
}

// One value of one variable instead of all: a repeated row or panel.
export const pinned = (vars, name, value) => ({ ...vars, [name]: { ...vars[name], isAll: false, value: [value], text: value } });

const pattern = /\$(\w+)|\$\{(\w+)(?:\.([^:}]+))?(?::([^}]+))?\}|\[\[(\w+)\]\]/g;

export function interpolate(text, vars, extra = {}, how = 'text', scoped) {
  return String(text ?? '').replace(pattern, (match, a, b, path, format, c) => {
    const name = a ?? b ?? c;
    const f = format ?? how;
    if (scoped?.__dataContext && (name === '__data' || name === '__field' || name === '__value' || name === '__series')) {
      const value = fromData(name, path, scoped.__dataContext.value);
      return value == null ? match : f === 'uriencode' || f === 'percentencode' ? encodeURIComponent(value) : String(value);
    }
    if (name in extra) {
      return extra[name];
    }
    const v = vars[name];
    return v ? write(v, f) : match;
  });
}

function write(v, format) {
  const all = v.isAll && v.allValue ? v.allValue : null;
  switch (format) {
    case 'prom': {
      if (all != null) {
        return all;
      }
      if (!v.multi && !v.includeAll) {
        return String(v.value[0] ?? '').replace(/\\/g, '\\\\').replace(/"/g, '\\"');
      }
      const parts = v.value.map(escapeRegex);
      return parts.length === 1 ? parts[0] : `(${parts.join('|')})`;
    }
    case 'queryparam':
      return (v.isAll ? [ALL] : v.value).map((x) => `var-${v.name}=${encodeURIComponent(x)}`).join('&');
    case 'uriencode':
    case 'percentencode':
      return encodeURIComponent(v.isAll ? ALL : v.value.join(','));
    case 'regex':
      return all ?? (v.value.length === 1 ? escapeRegex(v.value[0]) : `(${v.value.map(escapeRegex).join('|')})`);
    case 'pipe':
      return all ?? v.value.join('|');
    case 'csv':
    case 'raw':
      return all ?? v.value.join(',');
    default:
      return v.text;
  }
}

function fromData(name, path, ctx) {
  const { frame, field, rowIndex, calculatedValue } = ctx;
  if (name === '__series') {
    return frame?.name;
  }
  if (name === '__field') {
    const label = path?.match(/^labels(?:\.(\w+)|\["([^"]+)"\])$/);
    return label ? field?.labels?.[label[1] ?? label[2]] ?? '' : path === 'name' ? field?.state?.displayName ?? field?.name : undefined;
  }
  if (name === '__value') {
    const raw = rowIndex != null ? field?.values[rowIndex] : calculatedValue?.numeric;
    return path === 'text' && field?.display ? field.display(raw).text : raw;
  }
  const m = path?.match(/^fields(?:\.(.+)|\["([^"]+)"\])$/);
  if (!m) {
    return undefined;
  }
  const key = (m[1] ?? m[2]).replace(/\.(text|numeric)$/, '');
  const f = frame?.fields.find((x) => x.name === key || x.state?.displayName === key || x.config?.displayName === key);
  return f?.values[rowIndex ?? 0];
}
