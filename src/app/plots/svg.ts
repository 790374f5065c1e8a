// A drawing as SVG text, complete in itself: colours, letters and the sentence that describes it are in the file, and
// nothing is referred to. Needs no document, so that a run without a page writes the same figures as the page exports.
import { letterSize, paperInks, type Drawing, type Mark } from './drawing';

const faces = "'Source Sans 3', 'Source Sans 3 Variable', system-ui, sans-serif";

/** The drawing as the text of an SVG file, in the colours of paper. */
export function svgText(drawing: Drawing): string {
  const { width, height, title, summary, marks } = drawing;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="${faces}" font-size="${letterSize}">`,
    `<title>${escaped(title)}</title>`,
    `<desc>${escaped(summary)}</desc>`,
    `<rect width="${width}" height="${height}" fill="${paperInks.ground}"/>`,
    ...marks.map(element),
    '</svg>\n',
  ].join('\n');
}

function element(mark: Mark): string {
  if (mark.kind === 'text') {
    const turn = mark.upright ? ` transform="rotate(-90 ${mark.x} ${mark.y})"` : '';
    const weight = mark.bold ? ' font-weight="600"' : '';
    const place = `x="${mark.x}" y="${mark.y}" text-anchor="${mark.anchor}" fill="${paperInks[mark.ink]}"`;
    const halo = mark.haloed ? ` stroke="${paperInks.ground}" stroke-width="3" paint-order="stroke"` : '';
    return `<text ${place}${weight}${halo}${turn}>${escaped(mark.text)}</text>`;
  }
  const fill = mark.fill === undefined ? 'none' : paperInks[mark.fill];
  let attributes = `d="${mark.d}" fill="${fill}"`;
  if (mark.stroke !== undefined) attributes += ` stroke="${paperInks[mark.stroke]}" stroke-width="${mark.width ?? 1}"`;
  if (mark.dash !== undefined) attributes += ` stroke-dasharray="${mark.dash.join(' ')}"`;
  if (mark.opacity !== undefined) attributes += ` opacity="${mark.opacity}"`;
  if (mark.label === undefined) return `<path ${attributes}/>`;
  return `<path ${attributes}><title>${escaped(mark.label)}</title></path>`;
}

/** Text made safe inside SVG; what XML forbids even in escaped form is left out. */
export function escaped(text: string): string {
  return Array.from(text, (letter) => entities.get(letter) ?? (isForbidden(letter) ? '' : letter)).join('');
}

const entities = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
]);

/** Control characters, halves of letters, and the two that are no characters. */
function isForbidden(letter: string): boolean {
  const code = letter.codePointAt(0) ?? 0;
  if (code < 0x20) return !'\t\n\r'.includes(letter);
  return (code >= 0xd800 && code <= 0xdfff) || code === 0xfffe || code === 0xffff;
}
