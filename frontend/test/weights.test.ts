/** Hidden weights against the shared vectors: proofs that hold and that do not, results without amounts, proofs made here. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { unb64u } from '../src/core/bytes.js';
import { decodeManifest } from '../src/core/manifest.js';
import { dumps } from '../src/core/jcs.js';
import { parseScalar, scalarText } from '../src/core/group.js';
import { Refused } from '../src/core/errors.js';
import { checkHiddenResult, checkWeightProofs, decodeWeightProof, proveWeights, type KnownAnswer } from '../src/core/weights.js';
import { proveDraft } from '../src/core/weights-worker.js';
import { votes, type VoteVectors } from './vectors.js';

function known(v: VoteVectors, proof: VoteVectors['weight_proofs'][number]): KnownAnswer {
  const { line, motion } = proof.proof as unknown as { line: string; motion: string };
  const row = v.counted.find((c) => c.line === line && c.motion === motion);
  const answers = v.ballots[row?.ballot ?? -1]?.body.answers as unknown as { line: string; motion: string; c: string }[];
  const c = answers.find((a) => a.line === line && a.motion === motion)?.c ?? '';
  return { line, motion, c, weight: proof.W, amount: BigInt(proof.amount), sigma: parseScalar(proof.sigma) };
}

for (const [name, v] of votes()) {
  const { hash } = decodeManifest(dumps(v.manifest));

  test(`${name}: weight proofs hold or not, as they say`, async () => {
    for (const proof of v.weight_proofs) {
      const check = checkWeightProofs(hash, [known(v, proof)], [decodeWeightProof(proof.proof)]);
      if (proof.holds) await check;
      else await assert.rejects(check, (e) => e instanceof Refused && e.slug === 'weight-proof');
    }
  });

  test(`${name}: a batch names who is false`, async () => {
    const good = v.weight_proofs.filter((p) => p.holds);
    const proofs = good.map((p) => decodeWeightProof(p.proof));
    const answers = good.map((p) => known(v, p));
    await checkWeightProofs(hash, answers, proofs);
    const last = proofs.at(-1);
    if (last === undefined) return;
    const forged = [...proofs.slice(0, -1), { ...last, scalars: [last.scalars[0], last.scalars[1], last.scalars[2] ^ 1n] as const }];
    await assert.rejects(checkWeightProofs(hash, answers, forged), (e) => e instanceof Refused && e.message.includes(last.line));
    await assert.rejects(checkWeightProofs(hash, answers, proofs.slice(1)), Refused);
  });

  test(`${name}: proofs made here open the amount results`, async () => {
    const good = v.weight_proofs.filter((p) => p.holds).map((p) => known(v, p));
    for (const result of v.tally.filter((t) => t.metric === 'amount')) {
      const rows = v.counted.filter((c) => c.motion === result.motion && c.class === result.class);
      const answers = rows.flatMap((row) => good.filter((a) => a.line === row.line && a.motion === row.motion));
      if (answers.length !== rows.length) continue;
      const made = await proveWeights(hash, [{ ...result, answers }], () => undefined);
      const proofs = made.rows.map(decodeWeightProof);
      const [opening] = made.vectors as unknown as [{ cast: string; sigma: string; m: string; r: string }];
      await checkWeightProofs(hash, answers, proofs);
      const counts = checkHiddenResult(answers, proofs, opening);
      assert.deepEqual([counts.for, counts.against], [BigInt(result.for), BigInt(result.against)]);
      const off = (text: string) => scalarText(parseScalar(text) + 1n);
      for (const change of [{ sigma: off(opening.sigma) }, { r: off(opening.r) }, { m: off(opening.m) }, { cast: String(BigInt(opening.cast) + 1n) }]) {
        assert.throws(() => checkHiddenResult(answers, proofs, { ...opening, ...change }), (e) => e instanceof Refused && e.slug === 'opening');
      }
    }
  });
}

test('a draft in the server’s spelling gives the same rows as they are hashed', async () => {
  const [, v] = votes()[0] ?? [];
  const good = v?.weight_proofs.find((p) => p.holds);
  if (v === undefined || good === undefined) throw new Error('no vectors');
  const answer = known(v, good);
  const draft = {
    manifest_hash: v.manifest_hash, counted_hash: v.counted_hash, declared: v.counted_hash,
    vectors: [{ motion: answer.motion, class: 'x', cast: good.amount, m: good.sigma, r: good.tau, answers: [{ line: answer.line, weight: answer.weight, c: answer.c, amount: good.amount, sigma: good.sigma }] }],
  };
  const { lines } = await proveDraft(draft, () => undefined);
  const proof = decodeWeightProof(JSON.parse(lines[0] ?? '') as never);
  await checkWeightProofs(unb64u(v.manifest_hash, 32), [answer], [proof]);
});
