// SPDX-License-Identifier: Apache-2.0

// Serves the built page, Grafana's icons and fonts, the dashboards, and Prometheus under /api.
//   DASHBOARDS      folder with the dashboards' JSON (default ../../dashboards)
//   PROMETHEUS_URL  default http://127.0.0.1:9090
//   PORT            default 19895; 0 takes any free port, which is printed
import { createReadStream } from 'node:fs';
import { readFile, readdir, stat } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
// Grafana's own build ships its fonts under these names; the npm package does not.
const fonts = [
  [/^\/public\/fonts\/inter\/Inter-Regular\.woff2$/, 'inter/files/inter-latin-400-normal.woff2'],
  [/^\/public\/fonts\/inter\/Inter-Medium\.woff2$/, 'inter/files/inter-latin-500-normal.woff2'],
  [/^\/public\/fonts\/inter\/Inter-\w*Italic\.woff2$/, 'inter/files/inter-latin-400-italic.woff2'],
  [/^\/public\/fonts\/roboto\//, 'roboto-mono/files/roboto-mono-latin-400-normal.woff2'],
];

export async function readDashboards(folder) {
  const found = {};
  for (const name of (await readdir(folder)).sort()) {
    if (!name.endsWith('.json')) {
      continue;
    }
    const json = JSON.parse(await readFile(path.join(folder, name), 'utf8'));
    if (Array.isArray(json.panels)) {
      found[json.uid || name.replace(/\.json$/, '')] = json;
    }
  }
  return found;
}

export function start({ dashboards, prometheus, port }) {
  const dist = path.join(here, 'dist');
  const publicDir = path.join(here, 'node_modules/@grafana/ui/dist/public');
  const target = new URL(prometheus);
  const client = target.protocol === 'https:' ? https : http;

  async function file(root, name, res) {
    const full = path.join(root, path.normalize('/' + name));
    try {
      if (!(await stat(full)).isFile()) {
        throw new Error('not a file');
      }
    } catch {
      res.writeHead(404).end('not found');
      return;
    }
    res.writeHead(200, { 'Content-Type': types[path.extname(full)] ?? 'application/octet-stream' });
    createReadStream(full).pipe(res);
  }

  const server = http.createServer(async (req, res) => {
    const url = new URL(req.url, 'http://localhost');
    try {
      if (url.pathname.startsWith('/api/')) {
        const out = client.request(
          new URL(target.pathname.replace(/\/$/, '') + url.pathname + url.search, target),
          { method: req.method, headers: { 'content-type': req.headers['content-type'] ?? 'text/plain' } },
          (answer) => {
            res.writeHead(answer.statusCode, { 'Content-Type': answer.headers['content-type'] ?? 'text/plain' });
            answer.pipe(res);
          }
        );
        out.on('error', (e) => {
          res.writeHead(502, { 'Content-Type': 'application/json' });
          res.end(JSON.stringify({ status: 'error', error: `Prometheus does not answer: ${e.message}` }));
        });
        req.pipe(out);
      } else if (url.pathname === '/dashboards/') {
        const all = await readDashboards(dashboards);
        res.writeHead(200, { 'Content-Type': 'application/json' });
        res.end(JSON.stringify(Object.entries(all).map(([uid, d]) => ({ uid, title: d.title, tags: d.tags ?? [] }))));
      } else if (url.pathname.startsWith('/dashboards/')) {
        const d = (await readDashboards(dashboards))[decodeURIComponent(url.pathname.slice('/dashboards/'.length))];
        res.writeHead(d ? 200 : 404, { 'Content-Type': 'application/json' });
        res.end(JSON.stringify(d ?? { error: 'no such dashboard' }));
      } else if (/^\/d\/[^/]+/.test(url.pathname)) {
        // Grafana's own address of a dashboard, so that data links work here too.
        const q = new URLSearchParams(url.search);
        q.set('dashboard', url.pathname.split('/')[2]);
        res.writeHead(302, { Location: `/?${q}` }).end();
      } else if (fonts.some(([r]) => r.test(url.pathname))) {
        await file(path.join(here, 'node_modules/@fontsource'), fonts.find(([r]) => r.test(url.pathname))[1], res);
      } else if (url.pathname.startsWith('/public/')) {
        await file(publicDir, url.pathname.replace(/^\/public\/(build\/)?/, ''), res);
      } else {
        await file(dist, url.pathname === '/' ? 'index.html' : decodeURIComponent(url.pathname), res);
      }
    } catch (e) {
      if (!res.headersSent) {
        res.writeHead(500, { 'Content-Type': 'application/json' });
      }
      res.end(JSON.stringify({ error: String(e) }));
    }
  });
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(port, '127.0.0.1', () => resolve({ server, url: `http://127.0.0.1:${server.address().port}` }));
  });
}

export function settings() {
  return {
    dashboards: path.resolve(here, process.env.DASHBOARDS || '../../dashboards'),
    prometheus: process.env.PROMETHEUS_URL || 'http://127.0.0.1:9090',
    port: Number(process.env.PORT || 19895),
  };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { url } = await start(settings());
  console.log(url);
}
