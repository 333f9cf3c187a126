// Bundles the tests (no type stripping needed, so any Node from 20 on will do) and runs them with node --test.
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const here = import.meta.dirname;
const out = join(here, '..', 'node_modules', '.concursus-tests');
const only = process.argv.slice(2);
const files = readdirSync(here).filter((name) => name.endsWith('.test.ts') && (only.length === 0 || only.some((word) => name.includes(word))));
rmSync(out, { recursive: true, force: true });
await build({
  entryPoints: files.map((name) => join(here, name)),
  outdir: out,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: 'inline',
  logLevel: 'warning',
});
const env = { ...process.env, VECTORS: process.env.VECTORS ?? join(here, '..', '..', 'tests', 'vectors') };
const paths = files.map((name) => join(out, name.replace(/\.ts$/, '.mjs')));
process.exitCode = spawnSync(process.execPath, ['--test', ...paths], { stdio: 'inherit', env }).status ?? 1;
