#!/usr/bin/env node
// The `zoidberg` command, on a Node that can run TypeScript; plain JavaScript, for those that cannot.
process.argv.splice(2, 0, '../training/cli.ts')
await import('../scripts/with-node.mjs')
