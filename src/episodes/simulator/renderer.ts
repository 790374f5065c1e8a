// Draws simulated episodes with three.js into an OffscreenCanvas. Frames are drawn at twice their size and box-averaged;
// many frames share one render target and one read-back, because reading back is slow on software WebGL.
// Colours are used as they are (no colour management, plain Lambert light), which keeps them saturated at 64 pixels.
import {
  AmbientLight,
  BoxGeometry,
  ColorManagement,
  CylinderGeometry,
  DirectionalLight,
  Group,
  LinearSRGBColorSpace,
  Mesh,
  MeshBasicMaterial,
  MeshLambertMaterial,
  Object3D,
  PerspectiveCamera,
  Scene as ThreeScene,
  SphereGeometry,
  Vector3,
  WebGLRenderTarget,
  WebGLRenderer,
} from 'three';
import type { BufferGeometry } from 'three';
import { DARK } from './palette';
import type { Arm, GripperState, Motion, ObjectState, Part, SceneState } from './scene';
import { ARMS } from './scene';
import type { SimulatedEpisode } from './simulate';

/** Drawn pixels a picture's pixel, each way; `shrink` averages just these. */
const OVERSAMPLING = 2;
/** Largest side of the shared render target, in pixels. */
const ATLAS = 2048;
const KEPT_EPISODES = 4;

interface Stage {
  scene: ThreeScene;
  pose(state: SceneState): void;
  dispose(): void;
}

export class SceneRenderer {
  readonly #renderer: WebGLRenderer;
  readonly #camera = new PerspectiveCamera(23.5, 1, 0.5, 6);
  readonly #shapes: Record<Part['shape'], BufferGeometry>;
  readonly #stages = new Map<string, Stage>();
  #target: WebGLRenderTarget | null = null;

  /** @throws Error with the name `NoWebGL` if this thread cannot draw */
  constructor() {
    ColorManagement.enabled = false;
    try {
      const canvas = new OffscreenCanvas(16, 16);
      this.#renderer = new WebGLRenderer({ canvas, antialias: false, alpha: false, powerPreference: 'low-power' });
    } catch (cause) {
      const error = new Error(
        'The simulator cannot draw its scenes, because this browser gives no WebGL here. ' +
          'Turn on hardware acceleration or WebGL in the browser settings, or use your own videos or images.',
        { cause },
      );
      error.name = 'NoWebGL';
      throw error;
    }
    this.#renderer.outputColorSpace = LinearSRGBColorSpace;
    this.#renderer.autoClear = false;
    this.#shapes = {
      box: new BoxGeometry(1, 1, 1),
      cylinder: new CylinderGeometry(0.5, 0.5, 1, 16),
      ball: new SphereGeometry(0.5, 14, 10),
    };
  }

  /** The graphics driver has taken the context away; a new renderer may get one. */
  get lost(): boolean {
    return this.#renderer.getContext().isContextLost();
  }

  /**
   * Draws raw frames of an episode; all black once the context is `lost`.
   * @returns [frames.length, size, size, 3] bytes, sRGB, top row first
   */
  render(simulated: SimulatedEpisode, frames: readonly number[], size: number): Uint8Array<ArrayBuffer> {
    const stage = this.#stage(simulated);
    const tile = size * OVERSAMPLING;
    const across = Math.max(1, Math.min(Math.floor(ATLAS / tile), Math.ceil(Math.sqrt(frames.length))));
    const perTarget = across * across;
    const out = new Uint8Array(frames.length * size * size * 3);
    const { camera, target: seen } = simulated.scene.view;
    this.#camera.position.set(camera[0], 1.82 + camera[1], 1.16 + camera[2]);
    this.#camera.lookAt(new Vector3(seen[0], 0.03 + seen[1], seen[2]));
    for (let start = 0; start < frames.length; start += perTarget) {
      const some = frames.slice(start, start + perTarget);
      const rows = Math.ceil(some.length / across);
      const target = this.#targetOf(across * tile, rows * tile);
      this.#renderer.setRenderTarget(target);
      target.scissorTest = true;
      some.forEach((frame, i) => {
        const x = (i % across) * tile;
        const y = Math.floor(i / across) * tile;
        target.viewport.set(x, y, tile, tile);
        target.scissor.set(x, y, tile, tile);
        this.#renderer.setRenderTarget(target);
        stage.pose(simulated.stateAt(frame));
        this.#renderer.clear();
        this.#renderer.render(stage.scene, this.#camera);
      });
      const pixels = new Uint8Array(across * tile * rows * tile * 4);
      this.#renderer.readRenderTargetPixels(target, 0, 0, across * tile, rows * tile, pixels);
      some.forEach((_, i) => {
        const x = (i % across) * tile;
        const y = Math.floor(i / across) * tile;
        shrink(pixels, across * tile, x, y, size, out, (start + i) * size * size * 3);
      });
    }
    return out;
  }

  /** Gives the drawing context back at once: browsers allow only a few. */
  dispose(): void {
    for (const stage of this.#stages.values()) stage.dispose();
    this.#stages.clear();
    for (const shape of Object.values(this.#shapes)) shape.dispose();
    this.#target?.dispose();
    this.#renderer.dispose();
    if (!this.lost) this.#renderer.forceContextLoss();
  }

  #targetOf(width: number, height: number): WebGLRenderTarget {
    if (this.#target?.width !== width || this.#target.height !== height) {
      this.#target?.dispose();
      this.#target = new WebGLRenderTarget(width, height, { generateMipmaps: false });
    }
    return this.#target;
  }

  #stage(simulated: SimulatedEpisode): Stage {
    // An id says which episode only together with the templates it was drawn from.
    const id = `${simulated.episode.id} ${simulated.template}`;
    let stage = this.#stages.get(id);
    this.#stages.delete(id);
    stage ??= buildStage(simulated, this.#shapes);
    this.#stages.set(id, stage);
    for (const [oldest, old] of this.#stages) {
      if (this.#stages.size <= KEPT_EPISODES) break;
      old.dispose();
      this.#stages.delete(oldest);
    }
    return stage;
  }
}

/** Averages 2 × 2 pixels into one and turns the rows the right way up. */
function shrink(from: Uint8Array, stride: number, x: number, y: number, size: number, to: Uint8Array, start: number) {
  for (let row = 0; row < size; row++) {
    const source = y + (size - 1 - row) * 2;
    for (let column = 0; column < size; column++) {
      const a = (source * stride + x + column * 2) * 4;
      const b = a + stride * 4;
      const at = start + (row * size + column) * 3;
      for (let c = 0; c < 3; c++) {
        const sum = (from[a + c] ?? 0) + (from[a + 4 + c] ?? 0) + (from[b + c] ?? 0) + (from[b + 4 + c] ?? 0);
        to[at + c] = (sum + 2) >> 2;
      }
    }
  }
}

function buildStage(
  { scene: { objects, setting, light } }: SimulatedEpisode,
  shapes: Record<Part['shape'], BufferGeometry>,
): Stage {
  const scene = new ThreeScene();
  const materials = new Map<string, MeshLambertMaterial>();
  const material = (colour: number, opacity = 1): MeshLambertMaterial => {
    const key = `${colour} ${opacity}`;
    let made = materials.get(key);
    if (made === undefined) {
      made = new MeshLambertMaterial({ color: colour, opacity, transparent: opacity < 1, depthWrite: opacity === 1 });
      materials.set(key, made);
    }
    return made;
  };
  const shadow = new MeshBasicMaterial({ color: 0x000000, opacity: 0.22, transparent: true, depthWrite: false });
  const sun = new DirectionalLight(0xffffff, 3.5 * (1 - light.ambient) * light.strength);
  sun.position.set(...light.from);
  scene.add(new AmbientLight(0xffffff, 3.5 * light.ambient * light.strength), sun);

  const piece = (
    shape: Part['shape'],
    size: readonly [number, number, number],
    paint: MeshLambertMaterial | MeshBasicMaterial,
  ) => {
    const mesh = new Mesh(shapes[shape], paint);
    mesh.scale.set(...size);
    return mesh;
  };
  const table = piece('box', [3, 0.02, 3], material(setting.colour));
  table.position.y = -0.011;
  scene.add(table);

  const poseObjects = objects.map((object, index) => {
    const root = new Group();
    scene.add(root);
    const movers = object.parts.flatMap((part) => {
      const mesh = piece(part.shape, part.size, material(part.colour, part.opacity));
      const moves = (part.motions ?? []).map((motion) => mover(motion));
      let parent: Object3D = root;
      for (const { outer, inner } of moves) {
        parent.add(outer);
        parent = inner;
      }
      mesh.position.set(...part.at);
      parent.add(mesh);
      return moves;
    });
    let blob: Mesh | null = null;
    if (object.shadow !== false && !object.flat) {
      blob = piece('cylinder', [object.size[0] * 1.3, 0.001, object.size[2] * 1.3], shadow);
      blob.position.y = 0.001 + index * 0.0001;
      scene.add(blob);
    }
    return (state: ObjectState) => {
      root.position.set(...state.position);
      root.rotation.set(0, state.yaw, state.tip, 'YZX');
      blob?.position.setX(state.position[0]).setZ(state.position[2]);
      for (const { apply, channel } of movers) apply(state.channels[channel] ?? 0);
    };
  });
  const poseGrippers = ARMS.map((arm) => buildGripper(arm, scene, piece, material));

  return {
    scene,
    pose(state) {
      poseObjects.forEach((pose, i) => {
        const object = state.objects[i];
        if (object !== undefined) pose(object);
      });
      ARMS.forEach((arm, i) => poseGrippers[i]?.(state.grippers[arm]));
    },
    dispose() {
      for (const made of materials.values()) made.dispose();
      shadow.dispose();
    },
  };
}

/** Two nested nodes that carry a part through one motion. */
function mover(motion: Motion): { outer: Object3D; inner: Object3D; channel: string; apply: (value: number) => void } {
  const outer = new Object3D();
  const inner = new Object3D();
  outer.add(inner);
  const { channel } = motion;
  if (motion.kind === 'slide') {
    const [x, y, z] = motion.by;
    return { outer, inner, channel, apply: (value) => void outer.position.set(x * value, y * value, z * value) };
  }
  outer.position.set(...motion.pivot);
  inner.position.set(-motion.pivot[0], -motion.pivot[1], -motion.pivot[2]);
  const at = (value: number) => motion.from + (motion.to - motion.from) * value;
  if (motion.kind === 'hinge')
    return { outer, inner, channel, apply: (value) => void (outer.rotation[motion.axis] = at(value)) };
  const [x, y, z] = motion.axes;
  return {
    outer,
    inner,
    channel,
    apply: (value) => {
      const scale = Math.max(0.0001, at(value));
      outer.visible = scale > 0.002;
      outer.scale.set(x ? scale : 1, y ? scale : 1, z ? scale : 1);
    },
  };
}

/** A palm, two thick fingers that open along x, and a forearm that comes from the arm's own side. */
function buildGripper(
  arm: Arm,
  scene: ThreeScene,
  piece: (shape: Part['shape'], size: readonly [number, number, number], paint: MeshLambertMaterial) => Mesh,
  material: (colour: number) => MeshLambertMaterial,
): (state: GripperState) => void {
  const side = arm === 'left' ? -1 : 1;
  const hand = new Group();
  const fingers = [-1, 1].map(() => piece('box', [0.034, 0.11, 0.06], material(DARK)));
  const palm = piece('box', [0.22, 0.035, 0.045], material(DARK));
  palm.position.y = 0.085;
  hand.add(...fingers, palm);
  const forearm = piece('box', [0.05, 0.05, 1], material(0x4a4d57));
  scene.add(hand, forearm);
  const shoulder = new Vector3(side * 1.1, 0.5, 0);
  return ({ position, opening }) => {
    hand.position.set(...position);
    fingers.forEach((finger, i) => finger.position.set((i === 0 ? -1 : 1) * (opening / 2 + 0.015), 0.03, 0));
    const wrist = new Vector3(position[0], position[1] + 0.12, position[2]);
    forearm.position.copy(wrist).lerp(shoulder, 0.5);
    forearm.scale.z = wrist.distanceTo(shoulder);
    forearm.lookAt(shoulder);
  };
}
