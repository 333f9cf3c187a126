/** Making a ballot (protocol 5): commitments, validity proofs, shares, sealed boxes.
 *
 * Secrets pass through JavaScript's big integers, which are not constant-time: an observer on the same machine is out of scope.
 * @module */
import { b64u, concat, sha256, systemRandom, type Bytes, type Random } from './bytes.js';
import { CHOICES, CODES, ballotChallenge, bodyHash, evaluate, fingerprint, keyChallenge, type AnswerJson, type BodyJson, type Choice } from './body.js';
import { boxContext, sealBox } from './box.js';
import { Refused } from './errors.js';
import { G, R, clear, encodePoint, encodeScalar, mod, pedersen, randomScalar, scalarText, times, type Point } from './group.js';
import { checkId } from './ids.js';
import type { Manifest } from './manifest.js';

export interface Wish {
  readonly line: string;
  readonly motion: string;
  readonly choice: Choice;
  /** hash (base64url) of the body holding the last accepted answer for this line and motion; null if there is none */
  readonly replaces: string | null;
}

/** What a challenged browser reveals (protocol 8; ledger 9.11). Kept in memory only, dropped when the ballot is cast. */
export type BallotOpening = {
  readonly e: string;
  readonly salts: readonly string[];
  readonly answers: readonly { readonly choice: Choice; readonly rho: string; readonly a: readonly string[]; readonly b: readonly string[] }[];
};

export interface Prepared {
  readonly body: BodyJson;
  readonly hash: Bytes;
  readonly fingerprint: string;
  /** one a trustee, in the manifest's order; ciphertext only: the client keeps them until the counted set is fixed */
  readonly boxes: readonly Bytes[];
  readonly opening: BallotOpening;
}

interface Draft {
  readonly wish: Wish;
  readonly v: bigint;
  readonly f: readonly bigint[];
  readonly g: readonly bigint[];
  readonly cBytes: Bytes;
  readonly aBytes: readonly Bytes[];
}

function draft(wish: Wish, threshold: number, random: Random): Draft {
  const v = CODES[wish.choice];
  const more = () => Array.from({ length: threshold - 1 }, () => randomScalar(random));
  const f = [v, ...more()];
  const g = [randomScalar(random), ...more()];
  const [c, ...a] = f.map((coefficient, l) => encodePoint(pedersen(g[l] ?? 0n, coefficient)));
  return { wish, v, f, g, cBytes: c as Bytes, aBytes: a };
}

function prove(manifestHash: Uint8Array, e: Uint8Array, d: Draft, random: Random): AnswerJson['proof'] {
  const rho = d.g[0] ?? 0n;
  const truth = CHOICES.indexOf(d.wish.choice);
  const cs: bigint[] = [];
  const zs: bigint[] = [];
  const ts: Point[] = CHOICES.map((choice, i) => {
    const c = i === truth ? 0n : randomScalar(random);
    const z = randomScalar(random); // of the true arm: k, until the challenge is known
    cs.push(c);
    zs.push(z);
    return pedersen(mod(z - c * rho), mod(-c * (d.v - CODES[choice])));
  });
  const t = ts.map(encodePoint);
  const all = ballotChallenge(manifestHash, d.wish.line, d.wish.motion, d.cBytes, d.aBytes, e, t);
  const own = mod(all - cs.reduce((sum, c) => sum + c, 0n));
  cs[truth] = own;
  zs[truth] = mod((zs[truth] ?? 0n) + own * rho);
  return { t: t.map(b64u), c: cs.slice(0, 2).map(scalarText), z: zs.map(scalarText) };
}

/** Make a ballot, complete before the voter decides to cast or to challenge it.
 * @param manifest - decoded and checked. @param signer - pseudonym. @param wishes - 1 to 20, each line and motion once
 * @throws {Refused} `answers`, `malformed` */
export async function prepareBallot(manifest: Manifest, signer: string, wishes: readonly Wish[], random: Random = systemRandom): Promise<Prepared> {
  checkId(signer, 'signer');
  if (wishes.length < 1 || wishes.length > 20 || new Set(wishes.map((w) => `${w.line} ${w.motion}`)).size !== wishes.length) {
    throw new Refused('answers', '一张票应有 1 至 20 项回答，每项一次', 'a ballot has 1 to 20 answers, each line and motion once');
  }
  for (const wish of wishes) {
    checkId(wish.line, 'line');
    if (!manifest.motions.some((motion) => motion.id === wish.motion)) {
      throw new Refused('answers', '表决事项不在清单内', 'the motion is not of this vote', { motion: wish.motion });
    }
  }
  const e = randomScalar(random);
  const eBytes = encodePoint(times(G, e));
  const drafts = wishes.map((wish) => draft(wish, manifest.threshold, random));
  const heads = drafts.map((d) => ({ line: d.wish.line, motion: d.wish.motion, cBytes: d.cBytes }));
  const context = boxContext(manifest.hash, heads);
  const salts = manifest.trustees.map(() => random(32));
  const boxes = await Promise.all(
    manifest.trustees.map((trustee, i) => {
      const d = encodePoint(times(clear(trustee.point), e)); // (h_eff·e)·pk = e·(h_eff·pk)
      const shares = drafts.flatMap((x) => [encodeScalar(evaluate(x.f, i + 1)), encodeScalar(evaluate(x.g, i + 1))]);
      return sealBox(d, manifest.hash, trustee.id, eBytes, salts[i] as Bytes, context, concat(...shares));
    }),
  );
  const k = randomScalar(random);
  const keyT = encodePoint(times(G, k));
  const keyZ = (k + keyChallenge(manifest.hash, signer, eBytes, keyT, heads) * e) % R;
  const body: BodyJson = {
    manifest_hash: b64u(manifest.hash),
    signer,
    e: b64u(eBytes),
    key_proof: { t: b64u(keyT), z: scalarText(keyZ) },
    answers: drafts.map((d) => ({
      line: d.wish.line,
      motion: d.wish.motion,
      replaces: d.wish.replaces,
      c: b64u(d.cBytes),
      a: d.aBytes.map(b64u),
      proof: prove(manifest.hash, eBytes, d, random),
    })),
    boxes: boxes.map((box) => b64u(sha256(box))),
  };
  const opening: BallotOpening = {
    e: scalarText(e),
    salts: salts.map(b64u),
    answers: drafts.map((d) => ({
      choice: d.wish.choice,
      rho: scalarText(d.g[0] ?? 0n),
      a: d.f.slice(1).map(scalarText),
      b: d.g.slice(1).map(scalarText),
    })),
  };
  return { body, hash: bodyHash(body), fingerprint: fingerprint(body), boxes, opening };
}
