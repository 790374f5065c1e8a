// How bright and in which tint a surface is by the way it faces: even light from everywhere and one sun. Worked out here
// rather than in a shader, because surfaces are flat and few.
import type { Light, Vec3 } from '../scene';

/** What a white surface sends back that all light falls on, at strength 1. */
const FULL = 3.5 / Math.PI;

export class Lighting {
  /** Towards the sun, of length 1. */
  readonly sun: Vec3;
  readonly #even: number;
  readonly #direct: number;
  readonly #tint: Vec3;

  constructor({ strength, ambient, from: [x, y, z], tint }: Light) {
    const length = Math.hypot(x, y, z);
    this.sun = [x / length, y / length, z / length];
    this.#even = FULL * strength * ambient;
    this.#direct = FULL * strength * (1 - ambient);
    this.#tint = channels(tint);
  }

  /**
   * The factor by which a surface's colour is multiplied.
   * @param facing cosine of the angle between the surface's normal and the sun
   */
  factor(facing: number): number {
    return this.#even + this.#direct * Math.max(0, facing);
  }

  /** A colour's channels under white light of full strength; they are nominally in [0, 1]. */
  tinted(colour: number): Vec3 {
    const own = channels(colour);
    return [own[0] * this.#tint[0], own[1] * this.#tint[1], own[2] * this.#tint[2]];
  }

  /** What is seen of a colour on a surface that faces up. */
  onTable(colour: number): Vec3 {
    const [r, g, b] = this.tinted(colour);
    const factor = this.factor(this.sun[1]);
    return [r * factor, g * factor, b * factor];
  }
}

function channels(colour: number): Vec3 {
  return [((colour >> 16) & 255) / 255, ((colour >> 8) & 255) / 255, (colour & 255) / 255];
}
