// The table and what is below it. Patterns are masks between a setting's two colours, made once for all scenes and
// filtered through mipmaps, so that they turn into an even tone rather than into moiré where pixels are large.
import {
  Color,
  DataTexture,
  LinearFilter,
  LinearMipmapLinearFilter,
  Mesh,
  PlaneGeometry,
  RedFormat,
  RepeatWrapping,
  ShaderMaterial,
} from 'three';
import { Random } from '../../../base/random';
import { shade } from '../palette';
import type { Setting } from '../scene';
import type { Lighting } from './lighting';
import type { Pieces } from './pieces';

type Pattern = Setting['pattern'];

/** Metres after which a pattern repeats, and its texels. */
const REPEAT = 0.8;
const TEXELS = 256;
/** The mask's share of the second colour at most: things must stand out from what they stand on. */
const CONTRAST = 0.85;

/** What is drawn of the table: left to right, far to near edge, in metres. */
const TABLE = { left: -0.74, right: 0.74, far: -0.72, near: 0.66 };

const VERTEX = `
  varying vec2 place;
  uniform vec4 turn;
  void main() {
    vec4 world = modelMatrix * vec4(position, 1.0);
    place = mat2(turn.x, turn.y, -turn.y, turn.x) * world.xz + turn.zw;
    gl_Position = projectionMatrix * viewMatrix * world;
  }`;
const FRAGMENT = `
  varying vec2 place;
  uniform sampler2D mask;
  uniform vec3 first;
  uniform vec3 second;
  void main() {
    gl_FragColor = vec4(mix(first, second, texture2D(mask, place / ${REPEAT.toFixed(2)}).r), 1.0);
  }`;

export class Surfaces {
  readonly #plane = new PlaneGeometry(TABLE.right - TABLE.left, TABLE.near - TABLE.far);
  readonly #masks = new Map<Pattern, DataTexture>();

  /**
   * A table top, lit evenly.
   * @param seed decides where the pattern begins and whether it runs along or across
   */
  table({ pattern, colour, second }: Setting, lighting: Lighting, seed: number): Mesh<PlaneGeometry, ShaderMaterial> {
    const random = new Random(seed, 1);
    const across = random.below(2);
    const material = new ShaderMaterial({
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
      uniforms: {
        mask: { value: this.#mask(pattern) },
        first: { value: lighting.onTable(colour) },
        second: { value: lighting.onTable(second) },
        turn: { value: [across, 1 - across, random.float() * REPEAT, random.float() * REPEAT] },
      },
    });
    const mesh = new Mesh(this.#plane, material);
    // After the things on it, which hide a part of it.
    mesh.renderOrder = 1;
    mesh.rotation.x = -Math.PI / 2;
    mesh.position.set((TABLE.left + TABLE.right) / 2, -0.001, (TABLE.far + TABLE.near) / 2);
    return mesh;
  }

  dispose(): void {
    this.#plane.dispose();
    for (const mask of this.#masks.values()) mask.dispose();
  }

  #mask(pattern: Pattern): DataTexture {
    let texture = this.#masks.get(pattern);
    if (texture === undefined) {
      const texels = patternMask(pattern, TEXELS).map((share) => Math.round(share * CONTRAST * 255));
      texture = new DataTexture(Uint8Array.from(texels), TEXELS, TEXELS, RedFormat);
      texture.wrapS = texture.wrapT = RepeatWrapping;
      texture.magFilter = LinearFilter;
      texture.minFilter = LinearMipmapLinearFilter;
      texture.anisotropy = 1;
      texture.generateMipmaps = true;
      texture.needsUpdate = true;
      this.#masks.set(pattern, texture);
    }
    return texture;
  }
}

/** The table's body, seen where the camera looks past an edge. */
export function addTableBody(pieces: Pieces, { second }: Setting): void {
  const { left, right, far, near } = TABLE;
  const body = pieces.add(pieces.rig, 'box', [right - left, 0.04, near - far], shade(second, 0.75));
  body.position.set((left + right) / 2, -0.023, (far + near) / 2);
}

/** The floor far below is seen as an even tone behind everything. */
export function floorColour({ colour }: Setting, lighting: Lighting): Color {
  return new Color(...lighting.onTable(shade(colour, 0.42)));
}

/**
 * How much of the second colour a surface has at each place of the square that repeats.
 * @returns [texels, texels] shares in [0, 1], row by row
 */
export function patternMask(pattern: Pattern, texels: number): Float32Array {
  const mask = new Float32Array(texels * texels);
  const at: Record<Pattern, (u: number, v: number) => number> = {
    plain: () => 0,
    planks: (u, v) => {
      const board = Math.floor(v * 8);
      const random = new Random(board, 2);
      const tone = random.float() * 0.55;
      const seam = edge(v * 8) < 0.06 || edge(u + random.float()) < 0.006;
      // Grain runs along the boards and changes slowly.
      const grain = 0.12 * Math.sin(2 * Math.PI * (v * 48 + Math.sin(2 * Math.PI * (u * 2 + random.float())) * 0.35));
      return seam ? 1 : tone + 0.12 + grain;
    },
    tiles: (u, v) => {
      const tone = new Random(Math.floor(u * 5), Math.floor(v * 5), 3).float() * 0.3;
      return edge(u * 5) < 0.035 || edge(v * 5) < 0.035 ? 1 : tone;
    },
    speckles: (u, v) => {
      const random = new Random(Math.floor(u * 64), Math.floor(v * 64), 4);
      return random.float() < 0.3 ? 0.3 + 0.7 * random.float() : 0;
    },
    stripes: (_, v) => 0.5 + 0.5 * Math.tanh(4 * Math.sin(2 * Math.PI * v * 8)),
    checks: (u, v) => ((Math.floor(u * 16) & 1) + (Math.floor(v * 16) & 1)) / 2,
  };
  const share = at[pattern];
  for (let row = 0; row < texels; row++) {
    for (let column = 0; column < texels; column++) {
      mask[row * texels + column] = Math.min(1, Math.max(0, share(column / texels, row / texels)));
    }
  }
  return mask;
}

/** Distance to the next whole number. */
function edge(value: number): number {
  return Math.abs(value - Math.round(value));
}
