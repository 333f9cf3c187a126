/** Times on Beijing's clock, as staff enter and read them.
 * @module */
import { language } from './words.js';

/** `2026-04-16T09:30` on Beijing's clock as `2026-04-16T01:30:00Z`; null for what is no time. */
export function fromBeijing(text: string): string | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text)) return null;
  const at = new Date(`${text.length === 16 ? `${text}:00` : text}+08:00`);
  return Number.isNaN(at.getTime()) ? null : `${at.toISOString().slice(0, 19)}Z`;
}

/** A time of the ledger for people, on Beijing's clock. */
export function beijing(text: string): string {
  return new Intl.DateTimeFormat(language() === 'en' ? 'en-GB' : 'zh-CN', {
    timeZone: 'Asia/Shanghai', dateStyle: 'long', timeStyle: 'short', hourCycle: 'h23',
  }).format(new Date(text));
}
