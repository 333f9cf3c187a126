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
const common = {
  absWorkingDir: here,
  outdir: out,
  bundle: true,
  target: 'es2022',
  minify: true,
  sourcemap: 'external',
  legalComments: 'eof',
  charset: 'utf8',
  metafile: true,
  logLevel: 'warning',
};
const results = [
  // A page listens once its script has run to the end, awaits included; early.ts waits for that.
  await build({ ...common, entryPoints: points, format: 'esm', footer: { js: 'globalThis.document?.dispatchEvent(new Event("concursus-listens"));' } }),
  await build({ ...common, entryPoints: entries('early'), format: 'iife' }),
];
const outputs = results.flatMap(({ metafile }) => Object.keys(metafile.outputs));

// What no page asks for any more goes last: a page served meanwhile never lacks its script.
const made = new Set(outputs.map((path) => join(here, path)));
for (const entry of readdirSync(out, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  if (entry.isFile() && entry.name !== 'built' && !made.has(path)) rmSync(path);
}

let tooLarge = false;
for (const name of [...Object.keys(points), 'early'].sort()) {
  const bytes = readFileSync(join(out, `${name}.js`));
  const zipped = gzipSync(bytes, { level: 9 }).length;
  console.log(`${name}.js  ${bytes.length} bytes, ${zipped} gzip`);
  if (name === 'ballot' && zipped > BALLOT_LIMIT) tooLarge = true;
}
if (outputs.length === 0) throw new Error('nothing was built');
if (tooLarge) {
  console.error(`ballot.js is over ${BALLOT_LIMIT} bytes of gzip`);
  process.exitCode = 1;
}
