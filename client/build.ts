/** Makes what is published: one module without dependencies, and its types. */
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

const lib = join(import.meta.dirname, 'lib')
rmSync(lib, { recursive: true, force: true })
mkdirSync(lib)
await build({
  entryPoints: [join(import.meta.dirname, 'client.ts')],
  outfile: join(lib, 'client.js'),
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  logLevel: 'warning',
})
copyFileSync(join(import.meta.dirname, 'types.d.ts'), join(lib, 'client.d.ts'))
writeFileSync(join(lib, 'LICENSE'), readFileSync(join(import.meta.dirname, '../LICENSE')))
