/** Reading QR codes: from the camera as it runs, or from a picture. Nothing leaves the page.
 * @module */
import decodeQR from 'qr/decode.js';
import { Refused } from '../core/errors.js';

const LARGEST = 1600; // pixels a side: enough for the largest code shown, and quick to read

const canvas = document.createElement('canvas');

/** The text of the code in a picture; null where there is none. */
function read(source: CanvasImageSource, width: number, height: number): string | null {
  const scale = Math.min(1, LARGEST / Math.max(width, height, 1));
  [canvas.width, canvas.height] = [Math.round(width * scale), Math.round(height * scale)];
  const drawing = canvas.getContext('2d', { willReadFrequently: true });
  if (drawing === null || canvas.width === 0 || canvas.height === 0) return null;
  drawing.drawImage(source, 0, 0, canvas.width, canvas.height);
  try {
    return decodeQR(drawing.getImageData(0, 0, canvas.width, canvas.height));
  } catch {
    return null; // no code in this picture, or not sharp enough: the next one may do
  }
}

/** @throws {Refused} `no-code` */
export async function readPicture(file: Blob): Promise<string> {
  const picture = await createImageBitmap(file).catch(() => null);
  const text = picture === null ? null : read(picture, picture.width, picture.height);
  if (text === null) throw new Refused('no-code', '照片里没有读到二维码；拍近一些、正一些', 'No QR code was found in the picture; hold the camera closer and straight');
  return text;
}

export function hasCamera(): boolean {
  return navigator.mediaDevices?.getUserMedia !== undefined;
}

/** Show the camera and read codes until `taken` says that it is enough, or it is stopped.
 * @returns what stops it. @throws {Refused} `no-camera` */
export async function scan(video: HTMLVideoElement, taken: (text: string) => Promise<boolean>): Promise<() => void> {
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  } catch {
    throw new Refused('no-camera', '相机打不开：没有相机，或没有准许。也可以粘贴、输入，或选照片', 'The camera cannot be used: there is none, or it was not allowed. Paste, type or choose a picture instead');
  }
  let going = true;
  const stop = () => {
    going = false;
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  video.srcObject = stream;
  await video.play();
  let last = '';
  const look = async () => {
    if (!going) return;
    const text = read(video, video.videoWidth, video.videoHeight);
    if (text !== null && text !== last) {
      last = text;
      if (await taken(text)) return stop();
    }
    setTimeout(() => void look(), 100);
  };
  void look();
  return stop;
}
