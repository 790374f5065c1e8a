// Soft shadows as dark blobs. Every standing thing has two: one close under it, where light from everywhere does not
// come, and one cast away from the light, longer the taller the thing is. Under something lifted the first fades and
// the second moves off over the table and grows faint, which is how a viewer sees that it is in the air.
import { BufferAttribute, BufferGeometry, DynamicDrawUsage, Mesh, ShaderMaterial } from 'three';
import type { Scene as ThreeScene } from 'three';
import type { Light, ObjectState, SceneObject, Vec3 } from '../scene';

/** Darkening of the two, at most. */
const CLOSE = 0.2;
const CAST = 0.55;
/** Height at which the close shadow is gone, and over which the cast one loses half of its darkness. */
const CLOSE_HEIGHT = 0.1;
const CAST_HEIGHT = 0.4;
/** Metres sideways for each metre of height, at most; low light would throw shadows across the whole table. */
const STEEPEST = 0.75;
const LONGEST = 0.2;
/** Above the table, so that both can be told apart by the depth buffer. */
const LIFT = 0.0006;

const VERTEX = `
  attribute vec2 corner;
  attribute vec3 look;
  varying vec2 place;
  varying vec3 looks;
  void main() {
    place = corner;
    looks = look;
    gl_Position = projectionMatrix * viewMatrix * vec4(position, 1.0);
  }`;
// look: darkness, share of the radius that fades out, squareness (0 an ellipse, 1 a rectangle).
const FRAGMENT = `
  varying vec2 place;
  varying vec3 looks;
  void main() {
    float radius = mix(length(place), max(abs(place.x), abs(place.y)), looks.z);
    float light = clamp((radius - 1.0 + looks.y) / looks.y, 0.0, 1.0);
    gl_FragColor = vec4(0.0, 0.0, 0.0, looks.x * (1.0 - light * light * (3.0 - 2.0 * light)));
  }`;

const CORNERS = [
  [-1, -1],
  [-1, 1],
  [1, -1],
  [1, 1],
] as const;

export function shadowPaint(): ShaderMaterial {
  return new ShaderMaterial({ vertexShader: VERTEX, fragmentShader: FRAGMENT, transparent: true, depthWrite: false });
}

/** The blobs of one scene, as squares of one mesh. */
export class Shadows {
  readonly #geometry = new BufferGeometry();
  readonly #positions: BufferAttribute;
  readonly #looks: BufferAttribute;
  readonly #room: number;
  readonly #slope: readonly [x: number, z: number];
  readonly #sun: number;
  #count = 0;

  /** @param room how many blobs there may be at once */
  constructor(paint: ShaderMaterial, room: number, light: Light, scene: ThreeScene) {
    const attribute = (name: string, width: number): BufferAttribute => {
      const made = new BufferAttribute(new Float32Array(room * 4 * width), width).setUsage(DynamicDrawUsage);
      this.#geometry.setAttribute(name, made);
      return made;
    };
    this.#room = room;
    this.#positions = attribute('position', 3);
    this.#looks = attribute('look', 3);
    attribute('corner', 2).array.set(Array.from({ length: room }, () => CORNERS.flat()).flat());
    this.#geometry.setIndex(Array.from({ length: room }, (_, i) => [0, 1, 2, 2, 1, 3].map((at) => 4 * i + at)).flat());
    const mesh = new Mesh(this.#geometry, paint);
    mesh.frustumCulled = false;
    mesh.renderOrder = 2;
    const [x, y, z] = light.from;
    const slope = Math.hypot(x, z) / Math.max(0.1, y);
    const kept = slope > STEEPEST ? STEEPEST / slope : 1;
    this.#slope = [(-x / y) * kept, (-z / y) * kept];
    this.#sun = CAST * (1 - light.ambient);
    scene.add(mesh);
  }

  begin(): void {
    this.#count = 0;
  }

  /** The shadows of a thing that stands or is carried. */
  of({ size, parts }: SceneObject, { position, yaw, tip, relation }: ObjectState): void {
    const lying = Math.abs(Math.sin(tip)) > 0.5;
    // Lying on its side its origin is in the middle of the one end, and it reaches from there along x.
    const reach = lying ? -Math.sin(tip) * size[1] * 0.5 : 0;
    const [width, tall, depth] = lying ? [size[1], size[0], size[2]] : size;
    const turn = lying ? 0 : yaw;
    const middle: Vec3 = [position[0] + reach, position[1], position[2]];
    const carried = relation === 'in' || relation === 'on';
    const height = carried ? 0 : Math.max(0, position[1] - (lying ? size[0] / 2 : 0));
    const ground = carried ? position[1] : 0;
    const squareness = parts[0]?.shape === 'box' ? 0.7 : 0;
    this.#close(middle, ground, width, depth, turn, height, squareness);
    // What stands on or in something has no cast shadow: it would hang in the air beyond the edge of it.
    if (!carried) this.#cast(middle, width, depth, tall, turn, height);
  }

  /** The cast shadow alone, of something in the air. */
  below(position: Vec3, width: number, depth: number): void {
    this.#cast(position, width, depth, 0.02, 0, Math.max(0, position[1]));
  }

  end(): void {
    this.#geometry.setDrawRange(0, this.#count * 6);
    this.#positions.needsUpdate = true;
    this.#looks.needsUpdate = true;
  }

  dispose(): void {
    this.#geometry.dispose();
  }

  #close(at: Vec3, ground: number, width: number, depth: number, yaw: number, height: number, squareness: number) {
    const darkness = CLOSE * (1 - height / CLOSE_HEIGHT);
    if (darkness <= 0) return;
    const rim = 0.05 + height;
    this.#blob(at[0], ground, at[2], width + rim, depth + rim, yaw, darkness, (rim * 1.6) / (width + rim), squareness);
  }

  #cast(at: Vec3, width: number, depth: number, tall: number, yaw: number, height: number): void {
    const [sx, sz] = this.#slope;
    const length = Math.min(LONGEST, tall * Math.hypot(sx, sz));
    const angle = Math.atan2(-sz, sx);
    // Extents of the footprint along and across the way of the light.
    const [c, s] = [Math.abs(Math.cos(angle - yaw)), Math.abs(Math.sin(angle - yaw))];
    const [along, across] = [width * c + depth * s, width * s + depth * c];
    const shrink = 1 / (1 + height * 0.6);
    const farther = Math.hypot(sx, sz) * height + length / 2;
    const x = at[0] + Math.cos(angle) * farther;
    const z = at[2] - Math.sin(angle) * farther;
    const darkness = this.#sun / (1 + height / CAST_HEIGHT);
    const softness = Math.min(0.9, 0.35 + height * 1.5);
    this.#blob(x, 0, z, (along + length) * shrink * 1.08, across * shrink * 1.08, angle, darkness, softness, 0.15);
  }

  #blob(x: number, y: number, z: number, wide: number, deep: number, yaw: number, ...look: [number, number, number]) {
    if (this.#count === this.#room) return;
    const [c, s] = [Math.cos(yaw), Math.sin(yaw)];
    CORNERS.forEach(([u, v], i) => {
      const [right, near] = [(u * wide) / 2, (v * deep) / 2];
      this.#positions.setXYZ(4 * this.#count + i, x + right * c + near * s, y + LIFT, z - right * s + near * c);
      this.#looks.setXYZ(4 * this.#count + i, ...look);
    });
    this.#count++;
  }
}
