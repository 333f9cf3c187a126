/** Fresh ids that tell nothing.
 * @module */
const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';

/** `prefix` and ten base32 letters. */
export function randomId(prefix: string): string {
  return prefix + Array.from(crypto.getRandomValues(new Uint8Array(10)), (byte) => LETTERS[byte & 31]).join('');
}
