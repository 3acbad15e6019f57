/** Makes what is published: one module without dependencies, and its types. */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'

const here = import.meta.dirname
const lib = join(here, 'lib')
rmSync(lib, { recursive: true, force: true })
await build({
  entryPoints: [join(here, 'client.ts')],
  outfile: join(lib, 'client.js'),
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  logLevel: 'warning',
})
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
const types = ['--noEmit', 'false', '--declaration', '--emitDeclarationOnly', '--outDir', lib]
const { status } = spawnSync(process.execPath, [tsc, '-p', here, ...types], { stdio: 'inherit' })
if (status !== 0) process.exit(1)
for (const name of readdirSync(lib).filter((file) => file.endsWith('.d.ts'))) {
  const text = readFileSync(join(lib, name), 'utf8')
  writeFileSync(join(lib, name), text.replaceAll(/(from '\.\/\w+)\.ts'/g, "$1.js'"))
}
