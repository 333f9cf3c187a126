/** Opening a challenged ballot (protocol 8; ledger 9.11): everything is recomputed from the secrets revealed.
 * @module */
import { concat, equal, sha256, unb64u, type Bytes } from './bytes.js';
import { CODES, decodeBody, evaluate, fingerprint, type BodyJson, type Choice } from './body.js';
import { boxContext, sealBox } from './box.js';
import type { BallotOpening } from './ballot.js';
import { Refused } from './errors.js';
import { G, clear, encodePoint, encodeScalar, equalCofactored, parseScalar, pedersen, times } from './group.js';
import { dumps, type Json, type JsonObject } from './jcs.js';
import type { Manifest } from './manifest.js';
import { checkProofs } from './verify.js';

export interface Encoded {
  readonly fingerprint: string;
  readonly choices: readonly { readonly line: string; readonly motion: string; readonly choice: Choice }[];
}

export const FORMAT = 'concursus-challenge/1';

/** Bytes of the `.challenge.json` file. @param boxes - in base64url */
export function challengeFile(manifest: JsonObject, body: BodyJson, boxes: readonly string[], opening: BallotOpening): Bytes {
  return dumps({ format: FORMAT, manifest, body, boxes, opening: opening as unknown as Json });
}

function differs(what: string): Refused {
  return new Refused('challenge', `这张票与揭示的内容不符（${what}）`, `the ballot is not what was revealed (${what})`, { what });
}

/** Recompute C, A_l, E and the boxes, verify the proofs as they stand, and say what the ballot encodes. Compare the fingerprint with the one noted before.
 * @throws {Malformed | Refused} `challenge`, `proof` */
export async function checkOpening(manifest: Manifest, body: BodyJson, boxes: readonly Uint8Array[], opening: BallotOpening): Promise<Encoded> {
  const decoded = decodeBody(dumps(body), manifest.hash);
  const e = parseScalar(opening.e);
  if (!equalCofactored(times(G, e), decoded.e)) throw differs('E');
  if (opening.answers.length !== decoded.answers.length) throw differs('answers');
  const polynomials = decoded.answers.map((answer, i) => {
    const o = opening.answers[i] as BallotOpening['answers'][number];
    if (!Object.hasOwn(CODES, o.choice)) throw differs('choice');
    if (!manifest.motions.some((motion) => motion.id === answer.motion)) throw differs('motion');
    const f = [CODES[o.choice], ...o.a.map(parseScalar)];
    const g = [parseScalar(o.rho), ...o.b.map(parseScalar)];
    if (f.length !== manifest.threshold || g.length !== f.length || answer.a.length !== f.length - 1) throw differs('threshold');
    for (const [l, point] of [answer.c, ...answer.a].entries()) {
      if (!equalCofactored(pedersen(g[l] ?? 0n, f[l] ?? 0n), point)) throw differs(l === 0 ? 'C' : 'A');
    }
    return { f, g };
  });
  const n = manifest.trustees.length;
  if (boxes.length !== n || opening.salts.length !== n || decoded.boxes.length !== n) throw differs('boxes');
  const context = boxContext(manifest.hash, decoded.answers);
  for (const [i, trustee] of manifest.trustees.entries()) {
    const d = encodePoint(times(clear(trustee.point), e));
    const shares = concat(...polynomials.flatMap(({ f, g }) => [encodeScalar(evaluate(f, i + 1)), encodeScalar(evaluate(g, i + 1))]));
    const box = await sealBox(d, manifest.hash, trustee.id, decoded.eBytes, unb64u(opening.salts[i] ?? '', 32), context, shares);
    if (!equal(box, boxes[i] ?? new Uint8Array()) || !equal(sha256(box), decoded.boxes[i] ?? new Uint8Array())) throw differs('box');
  }
  checkProofs([decoded]);
  return {
    fingerprint: fingerprint(body),
    choices: decoded.answers.map((a, i) => ({ line: a.line, motion: a.motion, choice: (opening.answers[i] as BallotOpening['answers'][number]).choice })),
  };
}
