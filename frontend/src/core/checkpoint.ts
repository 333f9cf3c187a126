/** Checkpoints (C2SP tlog-checkpoint): origin, size and root of a log.
 * @module */
import { unb64, type Bytes } from './bytes.js';
import { Malformed } from './errors.js';

export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Bytes;
}

/** Parse a note's text. Extension lines are refused: ours never have them, and cosigners differ on what they sign then.
 * @throws {Malformed} */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', size = '', hash = '', end, ...more] = text.split('\n');
  if (end !== '' || more.length > 0) throw new Malformed('the checkpoint does not have three lines', '检查点应为三行');
  if (origin === '') throw new Malformed('the checkpoint has no origin', '检查点没有来源');
  if (!/^(?:0|[1-9][0-9]*)$/.test(size) || !Number.isSafeInteger(Number(size))) {
    throw new Malformed('the checkpoint’s size is not a decimal number', '检查点的大小写法不符');
  }
  return { origin, size: Number(size), root: unb64(hash, 32) };
}
