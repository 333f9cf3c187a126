// Bundles every page and worker into static/dist, prints sizes, and holds the voting page to its limit.
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const here = import.meta.dirname;
const out = join(here, '..', 'static', 'dist');
const BALLOT_LIMIT = 200_000; // bytes of gzip: issue figure, ui.md 6

function entries(folder) {
  const path = join(here, 'src', folder);
  return readdirSync(path).filter((name) => name.endsWith('.ts')).map((name) => join(path, name));
}

const points = Object.fromEntries([
  ...entries('pages').map((path) => [basename(path, '.ts'), path]),
  ...entries('workers').map((path) => [`workers/${basename(path, '.ts')}`, path]),
]);
const result = await build({
  absWorkingDir: here,
  entryPoints: points,
  outdir: out,
  bundle: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  sourcemap: 'external',
  legalComments: 'eof',
  charset: 'utf8',
  metafile: true,
  logLevel: 'warning',
});

// What no page asks for any more goes last: a page served meanwhile never lacks its script.
const made = new Set(Object.keys(result.metafile.outputs).map((path) => join(here, path)));
for (const entry of readdirSync(out, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  if (entry.isFile() && entry.name !== 'built' && !made.has(path)) rmSync(path);
}

let tooLarge = false;
for (const name of Object.keys(points).sort()) {
  const bytes = readFileSync(join(out, `${name}.js`));
  const zipped = gzipSync(bytes, { level: 9 }).length;
  console.log(`${name}.js  ${bytes.length} bytes, ${zipped} gzip`);
  if (name === 'ballot' && zipped > BALLOT_LIMIT) tooLarge = true;
}
if (Object.keys(result.metafile.outputs).length === 0) throw new Error('nothing was built');
if (tooLarge) {
  console.error(`ballot.js is over ${BALLOT_LIMIT} bytes of gzip`);
  process.exitCode = 1;
}
