/** DSSE envelopes (secure-systems-lab/dsse 1.0.2) with exactly one signature (ledger 9.2).
 * @module */
import { b64, concat, unb64, utf8, type Bytes } from './bytes.js';
import type { Json } from './jcs.js';
import { array, object, string } from './shape.js';

export interface Envelope {
  readonly payload: Bytes;
  readonly payloadType: string;
  readonly keyid: string;
  readonly sig: Bytes;
}

/** The wire form, for JCS. */
export type EnvelopeJson = {
  readonly payload: string;
  readonly payloadType: string;
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
};

/** Pre-authentication encoding: what is signed. */
export function pae(type: string, body: Uint8Array): Bytes {
  const name = utf8(type);
  return concat(utf8(`DSSEv1 ${name.length} `), name, utf8(` ${body.length} `), body);
}

export function envelopeJson(envelope: Envelope): EnvelopeJson {
  return {
    payload: b64(envelope.payload),
    payloadType: envelope.payloadType,
    signatures: [{ keyid: envelope.keyid, sig: b64(envelope.sig) }],
  };
}

/** @throws {Malformed} */
export function parseEnvelope(value: Json): Envelope {
  const outer = object(value, 'envelope', ['payload', 'payloadType', 'signatures']);
  const inner = object(array(outer.signatures, 'signatures', 1)[0], 'signature', ['keyid', 'sig']);
  return {
    payload: unb64(string(outer.payload, 'payload')),
    payloadType: string(outer.payloadType, 'payloadType'),
    keyid: string(inner.keyid, 'keyid'),
    sig: unb64(string(inner.sig, 'sig')),
  };
}
