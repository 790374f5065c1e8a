// Many small pieces of a few shapes, merged into two meshes: what is solid and what light goes through. Every call costs
// a small picture more than its pixels do, and software WebGL makes a call of every instance, so pieces are moved and
// lit here and uploaded as they are. Only those that moved since the last picture are worked out anew.
import {
  BoxGeometry,
  BufferAttribute,
  BufferGeometry,
  CylinderGeometry,
  DynamicDrawUsage,
  Mesh,
  Object3D,
  ShaderMaterial,
  SphereGeometry,
} from 'three';
import type { Scene as ThreeScene } from 'three';
import type { Part, Vec3 } from '../scene';
import type { Lighting } from './lighting';

interface Model {
  /** [vertices, 3] for extents of 1. */
  positions: ArrayLike<number>;
  normals: ArrayLike<number>;
  triangles: ArrayLike<number>;
}

const VERTEX = `
  attribute vec4 tone;
  varying vec4 seen;
  void main() {
    seen = tone;
    gl_Position = projectionMatrix * viewMatrix * vec4(position, 1.0);
  }`;
const FRAGMENT = `
  varying vec4 seen;
  void main() { gl_FragColor = seen; }`;

/** Shapes and paints that all scenes share, so that a new scene compiles nothing. */
export class Shapes {
  readonly models: Record<Part['shape'], Model> = {
    box: modelOf(new BoxGeometry(1, 1, 1)),
    cylinder: modelOf(new CylinderGeometry(0.5, 0.5, 1, 20)),
    ball: modelOf(new SphereGeometry(0.5, 18, 12)),
  };
  readonly solid = new ShaderMaterial({ vertexShader: VERTEX, fragmentShader: FRAGMENT });
  readonly clear = new ShaderMaterial({
    vertexShader: VERTEX,
    fragmentShader: FRAGMENT,
    transparent: true,
    depthWrite: false,
  });

  dispose(): void {
    this.solid.dispose();
    this.clear.dispose();
  }
}

function modelOf(geometry: BufferGeometry): Model {
  const array = (name: string): ArrayLike<number> => geometry.getAttribute(name).array;
  return { positions: array('position'), normals: array('normal'), triangles: geometry.getIndex()?.array ?? [] };
}

interface Piece {
  node: Object3D;
  model: Model;
  colour: Vec3;
  opacity: number;
  /** Its first vertex in the mesh. */
  start: number;
  /** The pose that its vertices show; empty at first. */
  pose: number[];
}

interface Merged {
  pieces: Piece[];
  geometry: BufferGeometry;
  positions: BufferAttribute;
  tones: BufferAttribute;
}

/** Nodes of a rig, each of which carries a piece; a node that is scaled to nothing is not seen. */
export class Pieces {
  /** Root of all nodes; not itself in a scene. */
  readonly rig = new Object3D();
  readonly #shapes: Shapes;
  readonly #lighting: Lighting;
  readonly #pieces: Piece[] = [];
  #merged: readonly Merged[] = [];

  constructor(shapes: Shapes, lighting: Lighting) {
    this.#shapes = shapes;
    this.#lighting = lighting;
  }

  /** A piece of the given extents, to be placed by its node. */
  add(parent: Object3D, shape: Part['shape'], size: Vec3, colour: number, opacity = 1): Object3D {
    const node = new Object3D();
    node.scale.set(...size);
    parent.add(node);
    const model = this.#shapes.models[shape];
    this.#pieces.push({ node, model, colour: this.#lighting.tinted(colour), opacity, start: 0, pose: [] });
    return node;
  }

  /** Makes the meshes of all that was added. */
  build(scene: ThreeScene): void {
    const solid = this.#pieces.filter(({ opacity }) => opacity === 1);
    const clear = this.#pieces.filter(({ opacity }) => opacity < 1);
    this.#merged = [solid, clear].filter(({ length }) => length > 0).map((pieces) => merge(pieces));
    for (const { geometry, pieces } of this.#merged) {
      const isSolid = pieces[0]?.opacity === 1;
      const mesh = new Mesh(geometry, isSolid ? this.#shapes.solid : this.#shapes.clear);
      mesh.frustumCulled = false;
      // Solid things first, then what they hide a part of.
      mesh.renderOrder = isSolid ? 0 : 3;
      scene.add(mesh);
    }
  }

  /** Takes the rig's present pose into the meshes. */
  update(): void {
    this.rig.updateMatrixWorld();
    for (const { pieces, positions, tones } of this.#merged) {
      for (const piece of pieces) {
        const now = piece.node.matrixWorld.elements;
        if (piece.pose.length > 0 && piece.pose.every((value, i) => value === now[i])) continue;
        piece.pose = [...now];
        this.#place(piece, now, positions.array as Float32Array, tones.array as Uint8Array);
        positions.needsUpdate = true;
        tones.needsUpdate = true;
      }
    }
  }

  dispose(): void {
    for (const { geometry } of this.#merged) geometry.dispose();
  }

  #place({ model, colour, opacity, start }: Piece, m: readonly number[], to: Float32Array, tones: Uint8Array): void {
    const [a = 0, b = 0, c = 0, , d = 0, e = 0, f = 0, , g = 0, h = 0, k = 0, , x = 0, y = 0, z = 0] = m;
    // Normals turn by the matrix of cofactors, which is right where the extents differ. Of the product with the sun's
    // direction only its three sums along the model's axes are needed.
    const [sx, sy, sz] = this.#lighting.sun;
    const cofactors = [e * k - f * h, f * g - d * k, d * h - e * g, h * c - k * b, k * a - g * c, g * b - h * a].concat(
      [b * f - c * e, c * d - a * f, a * e - b * d],
    );
    const [n0 = 0, n1 = 0, n2 = 0, n3 = 0, n4 = 0, n5 = 0, n6 = 0, n7 = 0, n8 = 0] = cofactors;
    const { positions, normals } = model;
    for (let i = 0, at = start * 3, tone = start * 4; i < positions.length; i += 3, at += 3, tone += 4) {
      const [px, py, pz] = [positions[i] ?? 0, positions[i + 1] ?? 0, positions[i + 2] ?? 0];
      to[at] = a * px + d * py + g * pz + x;
      to[at + 1] = b * px + e * py + h * pz + y;
      to[at + 2] = c * px + f * py + k * pz + z;
      const [ux, uy, uz] = [normals[i] ?? 0, normals[i + 1] ?? 0, normals[i + 2] ?? 0];
      const nx = n0 * ux + n3 * uy + n6 * uz;
      const ny = n1 * ux + n4 * uy + n7 * uz;
      const nz = n2 * ux + n5 * uy + n8 * uz;
      const length = Math.sqrt(nx * nx + ny * ny + nz * nz) || 1;
      const light = 255 * this.#lighting.factor((nx * sx + ny * sy + nz * sz) / length);
      tones[tone] = Math.min(255, colour[0] * light + 0.5);
      tones[tone + 1] = Math.min(255, colour[1] * light + 0.5);
      tones[tone + 2] = Math.min(255, colour[2] * light + 0.5);
      tones[tone + 3] = 255 * opacity;
    }
  }
}

function merge(pieces: Piece[]): Merged {
  let vertices = 0;
  const triangles: number[] = [];
  for (const piece of pieces) {
    piece.start = vertices;
    for (let i = 0; i < piece.model.triangles.length; i++) triangles.push(vertices + (piece.model.triangles[i] ?? 0));
    vertices += piece.model.positions.length / 3;
  }
  const positions = new BufferAttribute(new Float32Array(vertices * 3), 3).setUsage(DynamicDrawUsage);
  const tones = new BufferAttribute(new Uint8Array(vertices * 4), 4, true).setUsage(DynamicDrawUsage);
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', positions);
  geometry.setAttribute('tone', tones);
  geometry.setIndex(triangles);
  return { pieces, geometry, positions, tones };
}
