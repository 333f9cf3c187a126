/** The fingerprint that this device took before the ballot was opened.
 * @module */
import { Refused } from '../core/errors.js';

export interface Noted {
  /** eight groups of four */
  readonly fingerprint: string;
  /** ISO 8601 */
  readonly when: string;
}

const PLACE = 'concursus noted';

/** Kept in this browser, so that the opening may come as a link, in another tab. */
export const noted = {
  get(): Noted | null {
    return JSON.parse(localStorage.getItem(PLACE) ?? 'null') as Noted | null;
  },
  /** @throws {Refused} `fingerprint` */
  take(text: string): Noted {
    const taken = { fingerprint: parseFingerprint(text), when: new Date().toISOString() };
    localStorage.setItem(PLACE, JSON.stringify(taken));
    return taken;
  },
  forget(): void {
    localStorage.removeItem(PLACE);
  },
};

/** Whatever case and spacing. @throws {Refused} `fingerprint` */
export function parseFingerprint(text: string): string {
  const letters = text.replaceAll(/\s/g, '').toUpperCase();
  if (!/^[A-Z2-7]{32}$/.test(letters)) {
    throw new Refused('fingerprint', '指纹应为 8 组、每组 4 个字符（A–Z、2–7）', 'A fingerprint is eight groups of four characters (A–Z, 2–7)');
  }
  return (letters.match(/.{4}/g) ?? []).join(' ');
}
