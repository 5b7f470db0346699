// SPDX-License-Identifier: Apache-2.0

// Grafana's annotation layer is in its core; this draws its dashed lines and little triangles.
export function annotate(config, annotations) {
  if (!annotations.length || config.annotated) {
    return;
  }
  config.annotated = true;
  config.addHook('draw', (u) => {
    const { ctx: c, bbox } = u;
    c.save();
    for (const a of annotations) {
      const x0 = u.valToPos(a.from, 'x', true);
      const x1 = u.valToPos(a.to, 'x', true);
      c.fillStyle = a.color;
      c.strokeStyle = a.color;
      if (a.to > a.from) {
        c.globalAlpha = 0.1;
        c.fillRect(Math.max(x0, bbox.left), bbox.top, Math.min(x1, bbox.left + bbox.width) - Math.max(x0, bbox.left), bbox.height);
        c.globalAlpha = 1;
        c.fillRect(Math.max(x0, bbox.left), bbox.top + bbox.height, Math.min(x1, bbox.left + bbox.width) - Math.max(x0, bbox.left), 4);
      }
      for (const x of a.to > a.from ? [x0, x1] : [x0]) {
        if (x < bbox.left || x > bbox.left + bbox.width) {
          continue;
        }
        c.setLineDash([5, 5]);
        c.beginPath();
        c.moveTo(x, bbox.top);
        c.lineTo(x, bbox.top + bbox.height);
        c.stroke();
        c.setLineDash([]);
        c.beginPath();
        c.moveTo(x - 4, bbox.top + bbox.height + 5);
        c.lineTo(x + 4, bbox.top + bbox.height + 5);
        c.lineTo(x, bbox.top + bbox.height);
        c.fill();
      }
    }
    c.restore();
  });
}
