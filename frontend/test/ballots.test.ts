import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prepareBallot } from '../src/core/ballot.js';
import { decodeBody, fingerprint, bodyHash, shareCommitment, type Body } from '../src/core/body.js';
import { b64u, equal, fromUtf8, sha256, systemRandom, unb64u, utf8 } from '../src/core/bytes.js';
import { judgeComplaint } from '../src/core/complaint.js';
import { Malformed, Refused } from '../src/core/errors.js';
import { encodePoint, equalCofactored, parsePoint, parseScalar, pedersen, pointText, scalarText, warm } from '../src/core/group.js';
import { dumps, type Json } from '../src/core/jcs.js';
import { openTrusteeKey, wrapTrusteeKey } from '../src/core/keyfile.js';
import { decodeManifest, type Manifest } from '../src/core/manifest.js';
import { challengeFile, checkOpening } from '../src/core/opening.js';
import { checkRoll, checkTotal, checkWeight, type Leaf, type WeightOpening } from '../src/core/roll.js';
import { checkResult, checkSum, countedHash, interpolate, rowsOf, tallyVectors, type Counted } from '../src/core/tally.js';
import { answerShares, complain, makeTrusteeKey, openBoxes, sums, type Memory } from '../src/core/trustee.js';
import { Accepted, BallotRefused, checkBody, checkProofs } from '../src/core/verify.js';
import { votes, type VoteVectors } from './vectors.js';

interface Vote {
  manifest: Manifest;
  bodies: Body[];
  rolls: Map<string, Leaf[]>;
  weights: Map<string, WeightOpening>;
  counted: Counted[];
}

function read(v: VoteVectors): Vote {
  const manifest = decodeManifest(dumps(v.manifest));
  const rolls = new Map(Object.entries(v.rolls).map(([motion, roll]) => [motion, roll.lines.map((l) => l.leaf).sort((a, b) => (a.line < b.line ? -1 : 1))]));
  const weights = new Map(Object.entries(v.rolls).flatMap(([motion, roll]) =>
    roll.lines.flatMap((l) => (l.amount === undefined || l.sigma === undefined ? [] : [[`${motion} ${l.leaf.line}`, { amount: l.amount, sigma: l.sigma }] as const])),
  ));
  const counted = v.counted.map((row): Counted => {
    const leaf = rolls.get(row.motion)?.find((l) => l.line === row.line);
    assert.ok(leaf);
    return { motion: row.motion, class: row.class, line: row.line, heads: leaf.heads, weight: leaf.weight, ballot: v.ballots[row.ballot]?.body_sha256 ?? '' };
  });
  return { manifest, rolls, weights, counted, bodies: v.ballots.map((b) => decodeBody(dumps(b.body), manifest.hash)) };
}

function memory(): Memory {
  const kept = new Map<string, string>();
  return { get: async (key) => kept.get(key) ?? null, put: async (key, value) => void kept.set(key, value) };
}

function answerOf(vote: Vote, row: Counted): Body['answers'][number] {
  const body = vote.bodies.find((b) => b64u(b.hash) === row.ballot);
  const answer = body?.answers.find((a) => a.line === row.line && a.motion === row.motion);
  assert.ok(answer);
  return answer;
}

function termsOf(vote: Vote, vector: { motion: string; class: string; metric: 'heads' | 'amount' }) {
  return rowsOf(vector, vote.counted).map((row) => ({
    answer: answerOf(vote, row),
    w: vector.metric === 'heads' ? BigInt(row.heads) : BigInt(vote.weights.get(`${row.motion} ${row.line}`)?.amount ?? '0'),
  }));
}

for (const [name, v] of votes()) {
  const vote = read(v);
  const { manifest, bodies } = vote;

  test(`${name}: manifest, rolls, weights and totals are what they say`, () => {
    assert.equal(b64u(manifest.hash), v.manifest_hash);
    for (const [motion, roll] of Object.entries(v.rolls)) {
      const leaves = vote.rolls.get(motion) ?? [];
      checkRoll(leaves, roll.root);
      for (const line of roll.lines) {
        if (line.amount !== undefined && line.sigma !== undefined) checkWeight(line.leaf, { amount: line.amount, sigma: line.sigma });
        for (const part of line.parts ?? []) assert.equal(pointText(pedersen(parseScalar(part.sigma), BigInt(part.amount))), part.commitment);
      }
      for (const [group, total] of Object.entries(roll.totals)) checkTotal(leaves, group, total.total, total.sigma);
    }
  });

  test(`${name}: every ballot is recomputed from its opening, byte by byte`, async () => {
    for (const [i, b] of v.ballots.entries()) {
      assert.equal(b64u(bodyHash(b.body)), b.body_sha256);
      assert.equal(fingerprint(b.body), b.fingerprint);
      if (b.complaint !== undefined) continue;
      const encoded = await checkOpening(manifest, b.body, b.boxes.map((box) => unb64u(box)), b.opening);
      assert.equal(encoded.fingerprint, b.fingerprint);
      assert.deepEqual(encoded.choices, b.choices);
      if (b.note?.includes('outside the subgroup') === true) continue;
      for (const [k, answer] of b.body.answers.entries()) {
        const o = b.opening.answers[k];
        assert.ok(o);
        const codes = { abstain: 0n, for: 1n, against: 1n << 64n };
        assert.equal(pointText(pedersen(parseScalar(o.rho), codes[o.choice])), answer.c, `ballot ${i}`);
        o.a.forEach((a, l) => assert.equal(pointText(pedersen(parseScalar(o.b[l] ?? ''), parseScalar(a))), answer.a[l]));
      }
    }
    checkProofs(bodies);
  });

  test(`${name}: ballots are accepted in order, rejected ones refused with their reason`, () => {
    const after = new Accepted();
    for (const b of v.ballots) after.add(checkBody(manifest, dumps(b.body), b.boxes.map((box) => unb64u(box)), after));
    for (const r of v.rejected) {
      const before = r.after === 'ballots' ? after : new Accepted();
      assert.throws(
        () => checkBody(manifest, dumps(r.body), r.boxes.map((box) => unb64u(box)), before),
        (error) => error instanceof BallotRefused && error.reason === r.reason,
        r.name,
      );
    }
    for (const r of v.rejected_text) {
      const decode = r.what === 'body' ? () => decodeBody(utf8(r.text), manifest.hash) : () => decodeManifest(utf8(r.text));
      assert.throws(decode, Malformed, r.name);
    }
  });

  test(`${name}: complaints get their verdict`, async () => {
    for (const c of v.complaints) {
      const body = c.body === undefined ? bodies[0] : decodeBody(dumps(c.body), manifest.hash);
      assert.ok(body);
      // an index below 0 is outside the integers of the format, and so cannot even be encoded by us
      assert.equal(await judgeComplaint(manifest, body, c.signer_index, c.complaint as Json), c.verdict, c.name);
    }
    for (const [i, b] of v.ballots.entries()) {
      if (b.complaint !== undefined) assert.equal(await judgeComplaint(manifest, bodies[i] as Body, b.complaint.index, b.complaint), 'upheld');
    }
  });

  test(`${name}: trustees' sums follow from their secrets; own complaints are upheld`, async () => {
    assert.equal(b64u(countedHash(manifest.hash, vote.counted)), v.counted_hash);
    assert.deepEqual(
      tallyVectors(vote.rolls).map((x) => `${x.motion} ${x.class} ${x.metric}`).sort(),
      v.tally.map((x) => `${x.motion} ${x.class} ${x.metric}`).sort(),
    );
    for (const [i, secret] of v.trustee_secrets.entries()) {
      const key = { case: manifest.case, meeting: manifest.meeting, id: manifest.trustees[i]?.id ?? '', secret: parseScalar(secret) };
      const ballots = v.ballots.map((b, k) => ({ body: bodies[k] as Body, box: unb64u(b.boxes[i] ?? '') }));
      const opened = await openBoxes(manifest, key, ballots);
      v.ballots.forEach((b, k) => {
        const falseHere = b.complaint?.index === i + 1;
        assert.equal(opened[k]?.state, falseHere ? 'false' : 'good');
        if (falseHere) assert.equal(opened[k]?.complaint?.d, b.complaint?.d);
      });
      const request = { rolls: vote.rolls, counted: vote.counted, countedHash: unb64u(v.counted_hash), weights: vote.weights, opened };
      const kept = memory();
      const rows = await sums(manifest, key, request, kept);
      for (const t of v.tally) {
        const [row, expected] = [rows.find((r) => r.motion === t.motion && r.class === t.class && r.metric === t.metric), t.sums.find((s) => s.index === i + 1)];
        if (expected === undefined) continue;
        assert.deepEqual([row?.f, row?.g], [expected.f, expected.g]);
      }
      for (const d of v.disclosures) {
        const expected = d.shares.find((s) => s.index === i + 1);
        if (expected === undefined) continue;
        const [share] = answerShares(vote.counted, opened, [d]);
        assert.deepEqual([share?.f, share?.g, share?.ballot], [expected.f, expected.g, v.ballots[d.ballot]?.body_sha256]);
      }
      const fewer = vote.counted.slice(1);
      const second = { ...request, counted: fewer, countedHash: countedHash(manifest.hash, fewer) };
      await assert.rejects(sums(manifest, key, second, kept), (e) => e instanceof Refused && e.slug === 'second-sum');
      await assert.rejects(sums(manifest, key, { ...request, counted: fewer }, memory()), (e) => e instanceof Refused && e.slug === 'counted');
      const line = vote.counted.find((c) => c.weight !== null && tallyVectors(vote.rolls).some((x) => x.metric === 'amount' && x.motion === c.motion && x.class === c.class));
      const forged = new Map(vote.weights).set(`${line?.motion} ${line?.line}`, { amount: '1', sigma: scalarText(1n) });
      await assert.rejects(sums(manifest, key, { ...request, weights: forged }, memory()), (e) => e instanceof Refused && e.slug === 'weight');
    }
    const own = { case: manifest.case, meeting: manifest.meeting, id: manifest.trustees[0]?.id ?? '', secret: parseScalar(v.trustee_secrets[0] ?? '') };
    const honest = complain(manifest, own, bodies[0] as Body, unb64u(v.ballots[0]?.boxes[0] ?? ''));
    assert.equal(await judgeComplaint(manifest, bodies[0] as Body, 1, honest), 'unfounded');
  });

  test(`${name}: every tally vector opens; a false M, R, C, count or sum does not`, async () => {
    for (const t of v.tally) {
      const terms = termsOf(vote, t);
      const published = terms.map(({ answer, w }) => ({ c: b64u(answer.cBytes), w }));
      await checkResult(t, published, t);
      const fails = (changed: object, of = published) =>
        assert.rejects(checkResult(t, of, { ...t, ...changed }), (e) => e instanceof Refused && (e.slug === 'opening' || e.slug === 'malformed'));
      await fails({ r: scalarText(parseScalar(t.r) + 1n) });
      await fails({ m: scalarText(parseScalar(t.m) + 1n) });
      await fails({ for: `${BigInt(t.for) + 1n}` });
      if (published.length > 0) {
        await fails({}, published.slice(1));
        await fails({}, [{ ...published[0]!, c: pointText(pedersen(1n, 1n)) }, ...published.slice(1)]);
      }
      for (const s of t.sums) checkSum(s.index, parseScalar(s.f), parseScalar(s.g), terms);
      const { m, r } = interpolate(manifest.threshold, t.sums.map((s) => ({ index: s.index, f: parseScalar(s.f), g: parseScalar(s.g) })));
      assert.deepEqual([scalarText(m), scalarText(r)], [t.m, t.r]);
    }
    for (const s of v.false_sums) {
      const t = v.tally[s.vector]!;
      assert.throws(() => checkSum(s.index, parseScalar(s.f), parseScalar(s.g), termsOf(vote, t)), (e) => e instanceof Refused && e.slug === 'sum');
    }
    for (const d of v.disclosures) {
      const answer = bodies[d.ballot]?.answers[d.answer];
      assert.ok(answer);
      const points = d.shares.map((s) => ({ index: s.index, f: parseScalar(s.f), g: parseScalar(s.g) }));
      for (const p of points) assert.ok(equalCofactored(pedersen(p.g, p.f), shareCommitment(answer, p.index)));
      const { m, r } = interpolate(manifest.threshold, points);
      assert.deepEqual([scalarText(m), scalarText(r)], [d.v, d.rho]);
      assert.ok(equalCofactored(pedersen(r, m), answer.c));
    }
  });

  test(`${name}: a ballot made here is accepted, opens when challenged, and lies are found`, async () => {
    const line = v.ballots[0]!.choices[0]!.line;
    const wishes = manifest.motions.map((m, i) => ({ line, motion: m.id, choice: (['for', 'against', 'abstain'] as const)[i % 3]!, replaces: null }));
    const made = await prepareBallot(manifest, 'creditor-x', wishes);
    const body = checkBody(manifest, dumps(made.body), made.boxes, new Accepted());
    assert.ok(equal(body.hash, made.hash));
    const encoded = await checkOpening(manifest, made.body, made.boxes, made.opening);
    assert.deepEqual(encoded.choices.map((c) => c.choice), wishes.map((w) => w.choice));
    const [first, ...rest] = made.opening.answers;
    const lie = { ...made.opening, answers: [{ ...first!, choice: 'against' as const }, ...rest] };
    await assert.rejects(checkOpening(manifest, made.body, made.boxes, lie), (e) => e instanceof Refused && e.slug === 'challenge');
    assert.ok(fromUtf8(challengeFile(v.manifest, made.body, made.boxes.map(b64u), made.opening)).startsWith('{"body":'));
    let n = 0;
    const seeded = (size: number) => {
      n += 1;
      const block = sha256(utf8(`test ${n}`));
      return Uint8Array.from({ length: size }, (_, i) => (block[i % 32] ?? 0) ^ (i >> 5));
    };
    const one = await prepareBallot(manifest, 'creditor-x', wishes, seeded);
    n = 0;
    const two = await prepareBallot(manifest, 'creditor-x', wishes, seeded);
    assert.equal(one.fingerprint, two.fingerprint);
  });
}

test('a trustee’s key survives its file, and only under its passphrase', async () => {
  const { key, party } = makeTrusteeKey('case-1', 'meeting-1', 'court');
  const file = utf8(await wrapTrusteeKey(key, '正确的口令 correct horse'));
  assert.deepEqual(await openTrusteeKey(file, '正确的口令 correct horse'), key);
  assert.equal(party.id, 'court');
  await assert.rejects(openTrusteeKey(file, 'another passphrase'), (e) => e instanceof Refused && e.slug === 'passphrase');
  const changed = utf8(fromUtf8(file).replace('"id":"court"', '"id":"clerk"'));
  await assert.rejects(openTrusteeKey(changed, '正确的口令 correct horse'), (e) => e instanceof Refused && e.slug === 'passphrase');
  await assert.rejects(openTrusteeKey(utf8('{}'), 'x'), Malformed);
  await assert.rejects(wrapTrusteeKey(key, 'short'), (e) => e instanceof Refused && e.slug === 'passphrase');
});

test('points: infinity has no encoding, and a decoder takes no other', () => {
  assert.throws(() => encodePoint(pedersen(0n, 0n)), RangeError);
  assert.throws(() => parsePoint(b64u(new Uint8Array(96))), Malformed);
  warm();
  assert.equal(systemRandom(16).length, 16);
});
