/** A QR code as a picture: dark on light in every colour scheme, since readers expect that.
 * @module */
import encodeQR from 'qr';

const SVG = 'http://www.w3.org/2000/svg';
const QUIET = 4; // modules of white around the code (ISO/IEC 18004, 6.3.8)

/** @param text - upper case, digits and $%*+-./: and blank take the least room. @param label - what the picture is, for who does not see it */
export function qrPicture(text: string, label: string): SVGSVGElement {
  const rows = encodeQR(text, 'raw', { border: QUIET, ecc: text.length > 200 ? 'low' : 'medium' });
  const size = rows.length;
  const path = rows.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join('');
  const picture = document.createElementNS(SVG, 'svg');
  const parts = [['rect', { width: size, height: size, fill: '#fff' }], ['path', { d: path, fill: '#000' }]] as const;
  for (const [name, attributes] of parts) {
    const part = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, String(value));
    picture.append(part);
  }
  picture.setAttribute('viewBox', `0 0 ${size} ${size}`);
  picture.setAttribute('class', 'qr');
  picture.setAttribute('shape-rendering', 'crispEdges');
  picture.setAttribute('role', 'img');
  picture.setAttribute('aria-label', label);
  return picture;
}
