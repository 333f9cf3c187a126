/** Passkeys, suite `webauthn-es256` (ledger 9.3): made, signing what a page shows them, verified.
 *
 * The challenge is the hash of what is signed; the browser adds the page's origin and asks the person for finger, face or PIN.
 * @module */
import { b64u, concat, sha256, unb64u, utf8, type Bytes } from './bytes.js';
import { Refused } from './errors.js';
import { dumps, loads } from './jcs.js';
import { object, string } from './shape.js';
import { keyId, type Signer } from './statement.js';

const ES256 = -7;
const P256 = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const PRESENT_AND_VERIFIED = 0x05;

/** What the genesis says of passkeys. */
export interface RelyingParty {
  readonly rpId: string;
  readonly origins: readonly string[];
}

export interface Made {
  /** the credential's id at its authenticator */
  readonly credential: Bytes;
  readonly publicKey: Bytes;
}

/** Can this browser have passkeys? */
export function passkeysHere(): boolean {
  return typeof PublicKeyCredential === 'function' && navigator.credentials !== undefined;
}

/** Make a passkey. @param user - 16 bytes under which the authenticator keeps it. @param known - credentials of this person, which are not made twice.
 * @throws {Refused} `passkey` where the person or the authenticator declines */
export async function makePasskey(rpId: string, user: Bytes, name: string, known: readonly Bytes[]): Promise<Made> {
  const made = await asked(() => navigator.credentials.create({
    publicKey: {
      rp: { id: rpId, name: 'Concursus' },
      user: { id: user, name, displayName: name },
      // Nothing is attested by the authenticator's maker; that the key is held, an assertion shows afterwards.
      challenge: crypto.getRandomValues(new Uint8Array(32)),
      pubKeyCredParams: [{ type: 'public-key', alg: ES256 }],
      excludeCredentials: known.map((id) => ({ type: 'public-key' as const, id })),
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
      attestation: 'none',
    },
  }));
  const response = made.response as AuthenticatorAttestationResponse;
  const spki = response.getPublicKey();
  if (spki === null || response.getPublicKeyAlgorithm() !== ES256) throw declined();
  // SubjectPublicKeyInfo of P-256 ends with the point, 04 ‖ x ‖ y.
  return { credential: new Uint8Array(made.rawId), publicKey: new Uint8Array(spki).slice(-65) };
}

/** A passkey as a signer of statements; each signature asks the person. */
export function passkeySigner(rpId: string, credential: Bytes, publicKey: Bytes): Signer {
  return {
    keyId: keyId('webauthn-es256', publicKey),
    async sign(message: Bytes): Promise<Bytes> {
      const found = await asked(() => navigator.credentials.get({
        publicKey: {
          rpId,
          challenge: sha256(message),
          allowCredentials: [{ type: 'public-key', id: credential }],
          userVerification: 'required',
        },
      }));
      const response = found.response as AuthenticatorAssertionResponse;
      return dumps({
        authenticator_data: b64u(new Uint8Array(response.authenticatorData)),
        client_data: b64u(new Uint8Array(response.clientDataJSON)),
        signature: b64u(new Uint8Array(response.signature)),
      });
    },
  };
}

/** Whether an assertion signs the message, under all conditions of 9.3. */
export async function verifyPasskey(party: RelyingParty, publicKey: Uint8Array, message: Uint8Array, sig: Uint8Array): Promise<boolean> {
  try {
    const assertion = object(loads(sig.slice()), 'assertion', ['authenticator_data', 'client_data', 'signature']);
    const data = unb64u(string(assertion.authenticator_data, 'authenticator_data'));
    const clientData = unb64u(string(assertion.client_data, 'client_data'));
    const client = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(clientData)) as Record<string, unknown>;
    const said = client.type === 'webauthn.get' && client.challenge === b64u(sha256(message))
      && party.origins.includes(client.origin as string) && (!('crossOrigin' in client) || client.crossOrigin === false);
    const there = data.length >= 37 && b64u(data.slice(0, 32)) === b64u(sha256(utf8(party.rpId)))
      && ((data[32] as number) & PRESENT_AND_VERIFIED) === PRESENT_AND_VERIFIED;
    if (!said || !there || publicKey.length !== 65 || publicKey[0] !== 4) return false;
    const key = await crypto.subtle.importKey('raw', publicKey.slice(), P256, false, ['verify']);
    const signature = plain(unb64u(string(assertion.signature, 'signature')));
    return await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, signature, concat(data, sha256(clientData)));
  } catch {
    return false; // in no spelling that the formats allow
  }
}

/** r ‖ s of a DER signature. @throws {RangeError} */
function plain(der: Bytes): Bytes {
  const out = new Uint8Array(64);
  let at = 2;
  if (der[0] !== 0x30 || der[1] !== der.length - 2) throw new RangeError('DER');
  for (const end of [32, 64]) {
    const length = der[at + 1] as number;
    if (der[at] !== 0x02 || !(length >= 1 && length <= 33)) throw new RangeError('DER');
    const value = der.slice(at + 2, at + 2 + length);
    const digits = value[0] === 0 ? value.slice(1) : value;
    if (digits.length > 32) throw new RangeError('DER');
    out.set(digits, end - digits.length);
    at += 2 + length;
  }
  if (at !== der.length) throw new RangeError('DER');
  return out;
}

async function asked(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  try {
    const found = await ask();
    if (found !== null) return found as PublicKeyCredential;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'InvalidStateError') {
      throw new Refused('passkey-known', '这个设备上已有本案的通行密钥', 'this device has a passkey for this case already');
    }
    if (!(error instanceof DOMException)) throw error;
  }
  throw declined();
}

function declined(): Refused {
  return new Refused('passkey', '通行密钥没有签名：已取消、超时，或这台设备上没有这把通行密钥', 'the passkey did not sign: cancelled, timed out, or not on this device');
}
