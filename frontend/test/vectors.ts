/** The shared vectors, with the types their files have. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { BallotOpening } from '../src/core/ballot.js';
import type { BodyJson, Choice } from '../src/core/body.js';
import type { ComplaintJson, Verdict } from '../src/core/complaint.js';
import type { JsonObject } from '../src/core/jcs.js';
import type { Leaf } from '../src/core/roll.js';
import type { Metric } from '../src/core/tally.js';

export const ROOT = process.env.VECTORS ?? '../tests/vectors';

export interface BallotVector {
  choices: { line: string; motion: string; choice: Choice }[];
  body: BodyJson;
  body_sha256: string;
  fingerprint: string;
  boxes: string[];
  opening: BallotOpening;
  complaint?: ComplaintJson;
  note?: string;
}

export interface VoteVectors {
  manifest: JsonObject;
  manifest_hash: string;
  trustee_secrets: string[];
  rolls: Record<string, {
    root: string;
    lines: { leaf: Leaf; amount?: string; sigma?: string; parts?: { amount: string; sigma: string; commitment: string }[] }[];
    totals: Record<string, { total: string; sigma: string }>;
  }>;
  ballots: BallotVector[];
  counted: { motion: string; class: string; line: string; ballot: number }[];
  counted_hash: string;
  tally: { motion: string; class: string; metric: Metric; cast: string; for: string; against: string; m: string; r: string; sums: { index: number; f: string; g: string }[] }[];
  false_sums: { vector: number; index: number; f: string; g: string }[];
  weight_proofs: { amount: string; sigma: string; tau: string; W: string; proof: JsonObject; holds: boolean }[];
  disclosures: { ballot: number; answer: number; line: string; motion: string; choice: Choice; shares: { index: number; f: string; g: string }[]; v: string; rho: string }[];
  rejected: { name: string; reason: string; body: JsonObject; boxes: string[]; after?: 'ballots' }[];
  rejected_text: { name: string; what: 'body' | 'manifest'; text: string }[];
  complaints: { name: string; signer_index: number; verdict: Verdict; complaint: JsonObject; body?: JsonObject }[];
}

export function bytesOf(...path: string[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(join(ROOT, ...path)));
}

export function textOf(...path: string[]): string {
  return readFileSync(join(ROOT, ...path), 'utf8');
}

export function votes(): [string, VoteVectors][] {
  const names = readdirSync(ROOT).filter((name) => /^ballot_.*\.json$/.test(name)).sort();
  if (names.length === 0) throw new Error(`no ballot vectors in ${ROOT}`);
  return names.map((name) => [name, JSON.parse(textOf(name)) as VoteVectors]);
}

/** Paths of all files below a folder. */
export function below(...path: string[]): string[] {
  return readdirSync(join(ROOT, ...path)).sort().flatMap((name) => {
    const inner = [...path, name];
    return statSync(join(ROOT, ...inner)).isDirectory() ? below(...inner) : [join(...inner)];
  });
}
