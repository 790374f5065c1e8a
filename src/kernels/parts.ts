// Elementwise shaders are written for parts of four numbers (`alias Part = vec4f;`). Where a row's width is no multiple of
// four the same file is compiled with single numbers for parts; nothing else in it knows the difference.
import type * as tf from '@tensorflow/tfjs';
import type { Shader } from '../gpu/recorder';
import { spread } from '../gpu/recorder';

/** Which line decides; it stands in every such file once. */
const FOUR = 'alias Part = vec4f;';

/**
 * @param width every row of every operand has a multiple of this many numbers
 * @returns the shader and the numbers in one of its parts
 */
export function inParts(name: string, source: string, width: number): { shader: Shader; each: number } {
  if (width % 4 === 0) return { shader: { name, source }, each: 4 };
  return { shader: { name: `${name} by single numbers`, source: source.replace(FOUR, 'alias Part = f32;') }, each: 1 };
}

/** Workgroups of `threads` for a count of elements, spread over two axes; one at least. */
export function groupsFor(count: number, threads: number): [number, number] {
  return spread(Math.max(1, Math.ceil(count / threads)));
}

/** Numbers in a tensor. */
export function sizeOf({ shape }: tf.TensorInfo): number {
  return shape.reduce((product, side) => product * side, 1);
}
