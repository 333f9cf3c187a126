// Judges the cases on standard input with src/law and prints the outcomes: the other side of a comparison with the server's law.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const made = await build({
  stdin: { contents: "export * from './pack.ts'; export * from './tests.ts';", resolveDir: join(import.meta.dirname, '..', 'src', 'law'), loader: 'ts' },
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  write: false,
});
const { readLaw, judgeMotion, readingsOf } = await import(`data:text/javascript;base64,${Buffer.from(made.outputFiles[0].contents).toString('base64')}`);

const { packs, cases } = JSON.parse(readFileSync(0, 'utf8'));
const laws = Object.fromEntries(Object.entries(packs).map(([hash, text]) => [hash, readLaw(new TextEncoder().encode(text), hash)]));
const big = (values) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, BigInt(value)]));
const figures = (given) => ({
  members: BigInt(given.members),
  attended: BigInt(given.attended),
  heads: big(given.heads),
  amount: typeof given.amount === 'string' ? given.amount : { whole: BigInt(given.amount.whole), voteless: BigInt(given.amount.voteless), answers: big(given.amount.answers) },
  unconnected: big(given.unconnected),
});
const fraction = (outcome) => (outcome === null ? null : [`${outcome.part}/${outcome.whole}`, outcome.met]);

const found = cases.map(({ pack, motion, switches, classes }) => {
  const law = laws[pack];
  const judged = judgeMotion(law, motion, new Map(Object.entries(classes).map(([name, given]) => [name, figures(given)])), readingsOf(law, switches));
  return {
    passed: judged.passed,
    next: judged.next,
    classes: Object.fromEntries([...judged.classes].map(([name, row]) => [name, { heads: fraction(row.heads), amount: fraction(row.amount), veto: fraction(row.veto), present: row.present.toString() }])),
  };
});
process.stdout.write(JSON.stringify(found));
