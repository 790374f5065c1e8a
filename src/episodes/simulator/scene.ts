// The vocabulary of the simulated tabletop: what a scene is made of (data only, so that a template can bring objects
// of its own without touching the renderer) and what is known about every moment of it.
// Units: metres, seconds, radians. Axes: x to the right of the picture, y up, z towards the viewer; the table is y = 0.

import type { ColourName } from './palette';

export type Vec3 = readonly [x: number, y: number, z: number];
export type Arm = 'left' | 'right';
export const ARMS: readonly Arm[] = ['left', 'right'];

export function otherArm(arm: Arm): Arm {
  return arm === 'left' ? 'right' : 'left';
}

/** How a part follows one of its object's channels (values in [0, 1]); several motions nest, outermost first. */
export type Motion =
  | { kind: 'hinge'; channel: string; axis: 'x' | 'y' | 'z'; pivot: Vec3; from: number; to: number }
  | { kind: 'slide'; channel: string; by: Vec3 }
  /** Scales by `from` … `to` about `pivot`, along the axes that are 1 in `axes`. */
  | { kind: 'grow'; channel: string; axes: Vec3; pivot: Vec3; from: number; to: number };

export interface Part {
  shape: 'box' | 'cylinder' | 'ball';
  /** Full extents. */
  size: Vec3;
  /** Centre of the part in its object's frame, whose origin is the middle of the object's underside. */
  at: Vec3;
  /** 0xRRGGBB, sRGB. */
  colour: number;
  opacity?: number;
  motions?: readonly Motion[];
}

export interface SceneObject {
  /** Unique in its scene and fit for a sentence: "red cube", "glass 2". A colour comes first, a number last. */
  name: string;
  /** Name of its colour where its own name does not say it. */
  hue?: ColourName;
  /** Not a part of the task: stands or moves about without meaning. */
  clutter?: boolean;
  /** Clutter that a hand takes by mistake. */
  decoy?: boolean;
  /** Breaks when it falls. */
  fragile?: boolean;
  parts: readonly Part[];
  /** Extents of the whole: footprint x and z, height y. */
  size: Vec3;
  /** Middle of the underside at the start. */
  at: Vec3;
  /** In or on what it lies at the start; on the table unless given. */
  lies?: { in: string } | { on: string };
  yaw: number;
  /** Things can be put into it. */
  container: boolean;
  /** Lies flat on the table and is not an obstacle (stains, cloth). */
  flat: boolean;
  channels: Readonly<Record<string, number>>;
  /** What lies in or on the object moves with it by `by` times the channel's value. */
  carries?: { channel: string; by: Vec3 };
  /** A dark blob is drawn under the object unless false. */
  shadow?: boolean;
  /** A channel that swings by itself between 0 and 1, without meaning for the task; seconds. */
  sway?: { channel: string; period: number; phase: number };
}

/** A counted or graded fact by which a person would tell how far the task is. */
export type TallyRule =
  | { kind: 'inside'; container: string; noun: string; objects: readonly string[] }
  | { kind: 'stacked'; noun: string; objects: readonly string[] }
  | { kind: 'stains'; objects: readonly string[] }
  | { kind: 'folds'; object: string; channels: readonly string[] }
  | { kind: 'fill'; object: string; channel: string }
  | { kind: 'open'; object: string; channel: string }
  | { kind: 'flaps'; object: string; channels: readonly string[] }
  /** How many lie on a plate, a shelf, a rack. */
  | { kind: 'on'; support: string; noun: string; objects: readonly string[] }
  /** How many have the channel beyond 0.9: "2 of 3 jars closed"; `undone` is the opposite word. */
  | { kind: 'each'; noun: string; done: string; undone: string; objects: readonly string[]; channel: string }
  /** One graded fact: "carrot half sliced". */
  | { kind: 'level'; object: string; channel: string; done: string }
  /** On or off, from 0.5. */
  | { kind: 'switch'; object: string; channel: string };

/** Where it happens: the surface and what is behind it. */
export interface Setting {
  /** Fit for hold-outs: "workbench". */
  name: string;
  colour: number;
  /** Second colour of the pattern. */
  second: number;
  pattern: 'plain' | 'planks' | 'tiles' | 'speckles' | 'stripes' | 'checks';
}

/** How it is seen. Metres and radians; all zero is the usual view from the front and above. */
export interface View {
  /** Offset of the camera and of the point it looks at. */
  camera: Vec3;
  target: Vec3;
  roll: number;
  /** Factor of the picture's width around 1: above, farther away. */
  width: number;
  /** Amplitude of the hand-held shake, metres, and its seed. */
  shake: number;
  seed: number;
}

export interface Light {
  /** Strength around 1. */
  strength: number;
  /** Share of light that comes from everywhere; the rest comes `from` one side and throws shadows. */
  ambient: number;
  from: Vec3;
  /** 0xRRGGBB that white looks like. */
  tint: number;
}

export interface Scene {
  objects: readonly SceneObject[];
  tallies: readonly TallyRule[];
  setting: Setting;
  view: View;
  light: Light;
}

export type Place =
  'above' | 'in' | 'touching' | 'at the left side of' | 'at the right side of' | 'near' | 'far from' | 'at rest';

export interface GripperState {
  /** Point between the finger tips. */
  position: Vec3;
  /** Distance between the fingers, metres. */
  opening: number;
  holding: string | null;
  place: Place;
  /** What `place` refers to; null at rest. */
  placeOf: string | null;
  moving: 'towards' | 'away' | 'still';
}

export interface ObjectState {
  name: string;
  position: Vec3;
  yaw: number;
  relation: 'on the table' | 'in' | 'on' | 'held';
  /** The container, the support, or the gripper ("left gripper"); null on the table. */
  relationOf: string | null;
  /** What touches it: "table", supports, what lies in or on it, grippers. */
  contacts: readonly string[];
  /** Angle by which it lies tipped over, about the axis towards the viewer. */
  tip: number;
  damaged: boolean;
  /** Openness, fill, fold and dirt, each in [0, 1]. */
  channels: Readonly<Record<string, number>>;
}

export type Tally =
  | { kind: 'inside'; container: string; noun: string; count: number; total: number }
  | { kind: 'stacked'; noun: string; count: number; total: number }
  /** `underWay`: the next one is partly wiped, folded or closed. */
  | { kind: 'stains'; count: number; total: number; underWay: boolean }
  | { kind: 'folds'; object: string; count: number; total: number; underWay: boolean }
  | { kind: 'flaps'; object: string; count: number; total: number; underWay: boolean }
  | { kind: 'fill'; object: string; level: number }
  | { kind: 'open'; object: string; level: number }
  | { kind: 'on'; support: string; noun: string; count: number; total: number }
  | { kind: 'each'; noun: string; done: string; undone: string; count: number; total: number; underWay: boolean }
  | { kind: 'level'; object: string; done: string; level: number }
  | { kind: 'switch'; object: string; on: boolean };

export interface SceneState {
  frame: number;
  grippers: Record<Arm, GripperState>;
  /** In the order of the scene's objects. */
  objects: readonly ObjectState[];
  tallies: readonly Tally[];
  /** What is being done: "open the drawer"; null before the first step. */
  subStep: string | null;
  /** Names of what has been damaged. */
  damage: readonly string[];
  /** True progress in [0, 1]; falls while something is undone. */
  progress: number;
}
