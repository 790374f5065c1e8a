// The connector's pixel shuffle over rows: scale × scale neighbouring image features become one wider feature
// (Idefics3Connector in Hugging Face transformers). Its gradient is the way back.
import * as tf from '@tensorflow/tfjs';
import source from '../../../shaders/pixelShuffle.wgsl?raw';
import { defineKernel } from '../../gpu/kernel';
import type { Recorder } from '../../gpu/recorder';
import { groupsFor, inParts, sizeOf } from '../parts';
import { pixelShuffleOnHeap, pixelUnshuffleOnHeap } from '../onHeap/pictures';

interface Attributes {
  images: number;
  scale: number;
}

/** The grid's side in narrow rows, from the number of numbers in a picture. */
function sideOf(rows: number, images: number): number {
  return Math.round(Math.sqrt(rows / Math.max(1, images)));
}

const shuffle = defineKernel<{ x: tf.Tensor }, Attributes, tf.Tensor>({
  name: 'PixelShuffle',
  plain: ({ x }, { images, scale }) => {
    const [rows = 0, width = 0] = x.shape;
    const small = sideOf(rows, images) / scale;
    const cut = tf.reshape(x, [images * small, scale, small, scale * width]);
    return tf.reshape(tf.transpose(cut, [0, 2, 1, 3]), [images * small * small, scale * scale * width]);
  },
  wasm: ({ x }, { images, scale }, heap) => pixelShuffleOnHeap(x, images, scale, heap),
  webgpu: ({ x }, { images, scale }, recorder) => {
    const [rows = 0, width = 0] = x.shape;
    const out = recorder.output([rows / scale ** 2, width * scale ** 2]);
    copyParts(x, out, { width, scale, side: sideOf(rows, images) / scale, back: false }, recorder);
    return out;
  },
  example: { inputs: { x: { shape: [72, 5] } }, attributes: { images: 2, scale: 3 } },
  gradient: (dy, _, attributes) => ({ x: () => unshuffle({ dy }, attributes) }),
});

const unshuffle = defineKernel<{ dy: tf.Tensor }, Attributes, tf.Tensor>({
  name: 'PixelShuffleGrad',
  plain: ({ dy }, { images, scale }) => {
    const [rows = 0, wide = 0] = dy.shape;
    const small = sideOf(rows, images);
    const width = wide / (scale * scale);
    const cut = tf.reshape(dy, [images * small, small, scale, scale * width]);
    return tf.reshape(tf.transpose(cut, [0, 2, 1, 3]), [rows * scale * scale, width]);
  },
  wasm: ({ dy }, { images, scale }, heap) => pixelUnshuffleOnHeap(dy, images, scale, heap),
  webgpu: ({ dy }, { images, scale }, recorder) => {
    const [rows = 0, wide = 0] = dy.shape;
    const width = wide / scale ** 2;
    const out = recorder.output([rows * scale ** 2, width]);
    copyParts(dy, out, { width, scale, side: sideOf(rows, images), back: true }, recorder);
    return out;
  },
  example: { inputs: { dy: { shape: [8, 45] } }, attributes: { images: 2, scale: 3 } },
});

function copyParts(
  from: tf.TensorInfo,
  to: tf.TensorInfo,
  { width, scale, side, back }: { width: number; scale: number; side: number; back: boolean },
  recorder: Recorder,
): void {
  const { shader, each } = inParts('pixelShuffle', source, width);
  const count = sizeOf(from) / each;
  recorder.dispatch({
    shader: { ...shader, overrides: { BACK: Number(back) } },
    inputs: [from],
    outputs: [to],
    params: [{ u32: count }, { u32: width / each }, { u32: scale }, { u32: side }],
    groups: groupsFor(count, 64),
    work: { flops: 0, bytes: 8 * sizeOf(from) },
  });
}

/**
 * out[u, (h, w), (dh, dw, d)] = x[u, (h·scale + dh, w·scale + dw), d] on the square grid of P places an image.
 * @param x [U·P, D], P a square number whose root is a multiple of scale
 * @returns [U·P/scale², D·scale²]
 * @throws RangeError where the rows are no such grid
 */
export function pixelShuffle(x: tf.Tensor2D, images: number, scale: number): tf.Tensor2D {
  const [rows] = x.shape;
  const side = sideOf(rows, images);
  if (side * side * images !== rows || side % scale !== 0) {
    throw new RangeError(`pixelShuffle: ${rows} rows are no ${images} square grids that ${scale} divides`);
  }
  return shuffle({ x }, { images, scale }) as tf.Tensor2D;
}
