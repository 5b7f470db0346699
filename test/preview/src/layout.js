// SPDX-License-Identifier: Apache-2.0

// Grafana's grid: rows opened and closed, rows and panels repeated, one column on a phone.
import { pinned } from './vars.js';

export const CELL = 30;
export const GAP = 8;
const height = (h) => h * (CELL + GAP) - GAP;

export function arrange(dashboard, vars, { width, collapsed }) {
  let panels = structuredClone(dashboard.panels ?? []).map((p) => ({ ...p, vars }));
  panels.sort((a, b) => a.gridPos.y - b.gridPos.y || a.gridPos.x - b.gridPos.x);
  panels = openRows(panels, vars, collapsed);
  panels = repeatRows(panels, vars);
  panels = repeatPanels(panels, vars);
  const seen = {};
  for (const p of panels) {
    const n = (seen[p.id] = (seen[p.id] ?? 0) + 1);
    p.key = n === 1 ? String(p.id) : `${p.id}-${n}`;
  }
  if (width < 768) {
    let top = 0;
    for (const p of panels) {
      const h = p.type === 'row' ? CELL : height(p.gridPos.h);
      p.box = { left: 0, top, width, height: h };
      top += h + GAP;
    }
    return { panels, height: top };
  }
  compact(panels);
  const col = (width - 23 * GAP) / 24;
  let bottom = 0;
  for (const p of panels) {
    const g = p.gridPos;
    p.box = { left: g.x * (col + GAP), top: g.y * (CELL + GAP), width: g.w * (col + GAP) - GAP, height: height(g.h) };
    bottom = Math.max(bottom, p.box.top + p.box.height);
  }
  return { panels, height: bottom };
}

// Grafana's grid has no vertical gaps: everything falls upwards until it meets something.
function compact(panels) {
  panels.sort((a, b) => a.gridPos.y - b.gridPos.y || a.gridPos.x - b.gridPos.x);
  const floor = new Array(24).fill(0);
  for (const { gridPos: g } of panels) {
    const under = floor.slice(g.x, g.x + g.w);
    g.y = Math.max(...under);
    floor.fill(g.y + g.h, g.x, g.x + g.w);
  }
}

// What Grafana does when a collapsed row is clicked.
function openRows(panels, vars, collapsed) {
  const out = [...panels];
  for (let i = 0; i < out.length; i++) {
    const row = out[i];
    if (row.type !== 'row' || !row.collapsed || collapsed === 'keep' || !row.panels?.length) {
      continue;
    }
    const inside = row.panels.map((p) => ({ ...p, vars })).sort((a, b) => a.gridPos.y - b.gridPos.y || a.gridPos.x - b.gridPos.x);
    const shift = Math.min(...inside.map((p) => p.gridPos.y)) - (row.gridPos.y + 1);
    let bottom = row.gridPos.y + 1;
    for (const p of inside) {
      p.gridPos.y -= shift;
      bottom = Math.max(bottom, p.gridPos.y + p.gridPos.h);
    }
    const push = bottom - (row.gridPos.y + 1);
    for (const p of out.slice(i + 1)) {
      p.gridPos.y += push;
    }
    out.splice(i + 1, 0, ...inside);
    row.collapsed = false;
    row.panels = [];
  }
  return out;
}

function repeatRows(panels, vars) {
  const out = [];
  let shift = 0;
  for (let i = 0; i < panels.length; ) {
    const row = panels[i];
    let end = i + 1;
    if (row.type === 'row') {
      while (end < panels.length && panels[end].type !== 'row') {
        end++;
      }
    }
    const group = panels.slice(i, end);
    const values = row.type === 'row' && row.repeat && vars[row.repeat] ? vars[row.repeat].value : [];
    if (!values.length) {
      out.push(...group.map((p) => ({ ...p, gridPos: { ...p.gridPos, y: p.gridPos.y + shift } })));
    } else {
      const tall = Math.max(...group.map((p) => p.gridPos.y + p.gridPos.h)) - row.gridPos.y;
      values.forEach((value, n) => {
        for (const p of group) {
          out.push({ ...structuredClone(p), vars: pinned(p.vars, row.repeat, value), gridPos: { ...p.gridPos, y: p.gridPos.y + shift + n * tall } });
        }
      });
      shift += (values.length - 1) * tall;
    }
    i = end;
  }
  return out;
}

function repeatPanels(panels, vars) {
  const out = [];
  let shift = 0;
  for (const p of panels) {
    const at = { ...p.gridPos, y: p.gridPos.y + shift };
    const values = p.type !== 'row' && p.repeat && vars[p.repeat] ? p.vars[p.repeat].value : [];
    if (!values.length) {
      out.push({ ...p, gridPos: at });
      continue;
    }
    const down = p.repeatDirection === 'v';
    const perRow = down ? 1 : Math.min(values.length, p.maxPerRow || 4);
    const w = down ? at.w : Math.floor(24 / perRow);
    values.forEach((value, n) => {
      out.push({
        ...structuredClone(p),
        vars: pinned(p.vars, p.repeat, value),
        gridPos: { ...at, w, x: down ? at.x : (n % perRow) * w, y: at.y + Math.floor(n / perRow) * at.h },
      });
    });
    shift += (Math.ceil(values.length / perRow) - 1) * at.h;
  }
  return out;
}
