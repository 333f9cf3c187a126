/** Requests to our own server that carry the session: JSON there and back, problems thrown.
 * @module */
import { problemOf } from './problem.js';

export async function getJson<T>(path: string): Promise<T> {
  const response = await fetch(path, { headers: { Accept: 'application/json' }, cache: 'no-store' });
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as T;
}

/** @param csrf - of the context. @throws {Problem} */
export async function postJson<T>(csrf: string, path: string, value: unknown): Promise<T> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { Accept: 'application/json', 'Content-Type': 'application/json', 'X-CSRFToken': csrf },
    body: JSON.stringify(value),
  });
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as T;
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
