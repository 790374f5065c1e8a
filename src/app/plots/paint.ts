// A drawing on a canvas, for PNG. Paths and letters are painted one by one instead of loading the SVG as a picture, so
// that no content policy has to allow pictures made of text, and the page's own letters are used.
import * as m from '../../words/messages';
import { letterSize, paperInks, type Drawing } from './drawing';

/** The drawing on a canvas, `density` pixels for each of its own, in the colours of paper. */
export function canvasOf(drawing: Drawing, density: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(drawing.width * density);
  canvas.height = Math.round(drawing.height * density);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error(m.plots_no_canvas());
  const face = getComputedStyle(document.documentElement).getPropertyValue('--sans').trim() || 'sans-serif';
  context.scale(density, density);
  context.fillStyle = paperInks.ground;
  context.fillRect(0, 0, drawing.width, drawing.height);
  for (const mark of drawing.marks) {
    context.save();
    if (mark.kind === 'text') {
      context.font = `${mark.bold ? 600 : 400} ${letterSize}px ${face}`;
      context.fillStyle = paperInks[mark.ink];
      context.textAlign = mark.anchor === 'middle' ? 'center' : mark.anchor;
      context.translate(mark.x, mark.y);
      if (mark.upright) context.rotate(-Math.PI / 2);
      if (mark.haloed) {
        context.strokeStyle = paperInks.ground;
        context.lineWidth = 3;
        context.lineJoin = 'round';
        context.strokeText(mark.text, 0, 0);
      }
      context.fillText(mark.text, 0, 0);
    } else {
      const path = new Path2D(mark.d);
      context.globalAlpha = mark.opacity ?? 1;
      if (mark.fill !== undefined) {
        context.fillStyle = paperInks[mark.fill];
        context.fill(path);
      }
      if (mark.stroke !== undefined) {
        context.strokeStyle = paperInks[mark.stroke];
        context.lineWidth = mark.width ?? 1;
        context.setLineDash([...(mark.dash ?? [])]);
        context.stroke(path);
      }
    }
    context.restore();
  }
  return canvas;
}

/** The drawing as the bytes of a PNG file. */
export async function pngOf(drawing: Drawing, density = 2): Promise<ArrayBuffer> {
  const canvas = canvasOf(drawing, density);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob === null) throw new Error(m.plots_png_failed());
  return blob.arrayBuffer();
}
