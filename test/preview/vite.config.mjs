// SPDX-License-Identifier: Apache-2.0

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  // Two copies of one of these and the components lose their theme or their translations.
  resolve: { dedupe: ['@grafana/i18n', '@grafana/data', '@grafana/schema', 'react', 'react-dom', 'uplot'] },
  define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
  publicDir: false,
  build: { sourcemap: false, chunkSizeWarningLimit: 20000 },
});
