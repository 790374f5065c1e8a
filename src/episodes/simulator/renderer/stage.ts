// A scene ready to be drawn: its things as nodes of a rig that a state moves, its light, its table, its shadows.
import { Group, Object3D, Scene as ThreeScene } from 'three';
import type { Color } from 'three';
import { ARMS } from '../scene';
import type { Motion, ObjectState, SceneObject, SceneState } from '../scene';
import type { SimulatedEpisode } from '../simulate';
import { addWreck } from './breakage';
import { buildGripper } from './gripper';
import { Lighting } from './lighting';
import { Pieces, Shapes } from './pieces';
import { shadowPaint, Shadows } from './shadows';
import { Surfaces, addTableBody, floorColour } from './surfaces';

/** Of two parts with faces in one plane the later is larger by this, invisibly, and seen; else both would flicker. */
const APART = 0.0003;

/** What all scenes share. */
export class Workshop {
  readonly shapes = new Shapes();
  readonly surfaces = new Surfaces();
  readonly shadows = shadowPaint();

  dispose(): void {
    this.shapes.dispose();
    this.surfaces.dispose();
    this.shadows.dispose();
  }
}

export class Stage {
  readonly scene = new ThreeScene();
  readonly background: Color;
  readonly #objects: readonly SceneObject[];
  readonly #poses: readonly ((state: ObjectState) => void)[];
  readonly #grippers: readonly ReturnType<typeof buildGripper>[];
  readonly #pieces: Pieces;
  readonly #shadows: Shadows;
  readonly #table: ReturnType<Surfaces['table']>;

  constructor(simulated: SimulatedEpisode, workshop: Workshop) {
    const { objects, setting, light, view } = simulated.scene;
    this.#objects = objects;
    const lighting = new Lighting(light);
    this.#pieces = new Pieces(workshop.shapes, lighting);
    this.#table = workshop.surfaces.table(setting, lighting, view.seed);
    this.scene.add(this.#table);
    addTableBody(this.#pieces, setting);
    this.background = floorColour(setting, lighting);
    // What breaks stays broken to the end.
    const broken = new Set(simulated.mayBreak ?? simulated.stateAt(simulated.frameCount - 1).damage);
    this.#poses = objects.map((object) => addObject(object, broken.has(object.name), this.#pieces));
    this.#grippers = ARMS.map((arm) => buildGripper(arm, this.#pieces));
    this.#pieces.build(this.scene);
    this.#shadows = new Shadows(workshop.shadows, objects.length * 2 + ARMS.length, light, this.scene);
  }

  pose(state: SceneState): void {
    this.#shadows.begin();
    state.objects.forEach((object, i) => {
      const known = this.#objects[i];
      if (known === undefined) return;
      this.#poses[i]?.(object);
      if (known.shadow !== false && !known.flat && !object.damaged) this.#shadows.of(known, object);
    });
    ARMS.forEach((arm, i) => {
      this.#grippers[i]?.(state.grippers[arm]);
      this.#shadows.below(state.grippers[arm].position, state.grippers[arm].opening + 0.07, 0.06);
    });
    this.#shadows.end();
    this.#pieces.update();
  }

  dispose(): void {
    this.#pieces.dispose();
    this.#shadows.dispose();
    this.#table.material.dispose();
  }
}

function addObject(object: SceneObject, breaks: boolean, pieces: Pieces): (state: ObjectState) => void {
  const root = new Group();
  pieces.rig.add(root);
  const movers = object.parts.flatMap((part, place) => {
    const moves = (part.motions ?? []).map((motion) => mover(motion));
    let parent: Object3D = root;
    for (const { outer, inner } of moves) {
      parent.add(outer);
      parent = inner;
    }
    const [x, y, z] = part.size.map((extent) => extent + place * APART) as [number, number, number];
    pieces.add(parent, part.shape, [x, y, z], part.colour, part.opacity).position.set(...part.at);
    return moves;
  });
  const wreck = breaks ? addWreck(object, pieces) : null;
  return (state) => {
    root.position.set(...state.position);
    // Tipped about the axis towards the viewer, whatever way it is turned itself.
    root.rotation.set(0, state.yaw, state.tip, 'ZYX');
    root.scale.setScalar(state.damaged && wreck ? 0 : 1);
    wreck?.(state);
    for (const { apply, channel } of movers) apply(state.channels[channel] ?? 0);
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
      const scale = at(value);
      // Nearly nothing is nothing, along all axes.
      if (scale <= 0.002) outer.scale.setScalar(0);
      else outer.scale.set(x ? scale : 1, y ? scale : 1, z ? scale : 1);
    },
  };
}
