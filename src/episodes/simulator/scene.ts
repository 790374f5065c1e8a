// The vocabulary of the simulated tabletop: what a scene is made of (data only, so that a template can bring objects
// of its own without touching the renderer) and what is known about every moment of it.
// Units: metres, seconds, radians. Axes: x to the right of the picture, y up, z towards the viewer; the table is y = 0.

export type Vec3 = readonly [x: number, y: number, z: number];
export type Arm = 'left' | 'right';
export const ARMS: readonly Arm[] = ['left', 'right'];

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
  /** Unique in its scene and fit for a sentence: "red cube". */
  name: string;
  parts: readonly Part[];
  /** Extents of the whole: footprint x and z, height y. */
  size: Vec3;
  /** Middle of the underside at the start. */
  at: Vec3;
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
}

/** A counted or graded fact by which a person would tell how far the task is. */
export type TallyRule =
  | { kind: 'inside'; container: string; noun: string; objects: readonly string[] }
  | { kind: 'stacked'; noun: string; objects: readonly string[] }
  | { kind: 'stains'; objects: readonly string[] }
  | { kind: 'folds'; object: string; channels: readonly string[] }
  | { kind: 'fill'; object: string; channel: string }
  | { kind: 'open'; object: string; channel: string }
  | { kind: 'flaps'; object: string; channels: readonly string[] };

export interface Scene {
  objects: readonly SceneObject[];
  tallies: readonly TallyRule[];
  tableColour: number;
  /** Small differences between episodes: camera offset in metres, light strength around 1. */
  camera: Vec3;
  light: number;
}

export type Place = 'above' | 'in' | 'on' | 'at the left side of' | 'at the right side of' | 'near' | 'at rest';

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
  | { kind: 'open'; object: string; level: number };

export interface SceneState {
  frame: number;
  grippers: Record<Arm, GripperState>;
  /** In the order of the scene's objects. */
  objects: readonly ObjectState[];
  tallies: readonly Tally[];
  /** True progress in [0, 1], non-decreasing up to completion and 1 from there on. */
  progress: number;
}
