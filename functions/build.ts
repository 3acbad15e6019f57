/** Bundles the functions with `core/` inside, so that this folder alone is what deploys. */
import { cpSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'
import packageJson from './package.json' with { type: 'json' }

// Files of earlier builds have other names.
rmSync(join(import.meta.dirname, 'lib'), { recursive: true, force: true })
await build({
  absWorkingDir: import.meta.dirname,
  entryPoints: {
    index: 'src/index.ts',
    // Files of their own, because they are loaded in this order, and the thread's apart.
    'start-engine': 'src/start-engine.ts',
    functions: 'src/functions.ts',
    'onnx.worker': '../core/engines/onnx.worker.ts',
    'decode.worker': '../core/dicom/decode.worker.ts',
  },
  outdir: 'lib',
  bundle: true,
  splitting: true, // what is imported when it is needed stays a file of its own
  platform: 'node',
  format: 'esm',
  target: 'node22',
  sourcemap: true,
  external: Object.keys({ ...packageJson.dependencies, ...packageJson.optionalDependencies }),
  logLevel: 'warning',
})

// The page of the API, whose files no CDN is asked for.
const viewer = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
for (const name of ['swagger-ui.css', 'swagger-ui-bundle.js'])
  cpSync(join(viewer, name), join(import.meta.dirname, 'lib/docs', name))
