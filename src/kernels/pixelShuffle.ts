// The connector's pixel shuffle: scale × scale neighbouring image features become one wider feature (Idefics3Connector in
// Hugging Face transformers). One transposition, which stock tfjs does and differentiates well.
import * as tf from '@tensorflow/tfjs';

/**
 * out[u, (h, w), (dh, dw, d)] = x[u, (h·scale + dh, w·scale + dw), d] on the square grid of P places.
 * @param x [U, P, D], P a square number whose root is a multiple of scale
 * @returns [U, P/scale², D·scale²]
 */
export function pixelShuffle(x: tf.Tensor3D, scale: number): tf.Tensor3D {
  const [pictures, places, width] = x.shape;
  const side = Math.round(Math.sqrt(places));
  if (side * side !== places || side % scale !== 0) {
    throw new RangeError(`pixelShuffle: ${places} places are no square grid that ${scale} divides`);
  }
  const small = side / scale;
  const rows = tf.reshape(x, [pictures * small, scale, small, scale * width]);
  return tf.reshape(tf.transpose(rows, [0, 2, 1, 3]), [pictures, small * small, scale * scale * width]);
}
