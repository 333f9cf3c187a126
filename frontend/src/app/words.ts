/** Words of page scripts, in the language of the page.
 * @module */
import type { Lang } from '../core/errors.js';

export function language(): Lang {
  return document.documentElement.lang.startsWith('en') ? 'en' : 'zh';
}

/** One of two texts, by the language of the page. */
export function words(zh: string, en: string): string {
  return language() === 'en' ? en : zh;
}
