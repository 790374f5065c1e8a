// A parallel gripper at the end of an arm with two joints. Fingers and palm are dark and thick, because whether they are
// open must be seen in eight pixels; wrist and joints are seen in large pictures.
import { Group, Object3D, Vector3 } from 'three';
import { DARK, STEEL } from '../palette';
import type { Arm, GripperState } from '../scene';
import type { Pieces } from './pieces';

const ARM = 0x4a4d57;
const JOINT = 0x383b44;
/** Above the table at the arm's own side, out of the picture. */
const SHOULDER = { x: 1.1, y: 0.5, z: 0 };
/** Height of the wrist over the point between the finger tips. */
const WRIST = 0.12;

export function buildGripper(arm: Arm, pieces: Pieces): (state: GripperState) => void {
  const hand = new Group();
  pieces.rig.add(hand);
  const fingers = [-1, 1].map((side) => {
    const finger = new Object3D();
    hand.add(finger);
    pieces.add(finger, 'box', [0.034, 0.11, 0.06], DARK);
    // The pads that grip.
    pieces.add(finger, 'box', [0.006, 0.045, 0.05], STEEL).position.set(-side * 0.016, -0.03, 0);
    return finger;
  });
  pieces.add(hand, 'box', [0.22, 0.035, 0.045], DARK).position.y = 0.085;
  pieces.add(hand, 'cylinder', [0.07, 0.03, 0.07], JOINT).position.y = 0.11;
  const wrist = pieces.add(pieces.rig, 'ball', [0.066, 0.066, 0.066], JOINT);
  const elbow = pieces.add(pieces.rig, 'ball', [0.08, 0.08, 0.08], JOINT);
  const limbs = [0.05, 0.062].map((width) => pieces.add(pieces.rig, 'box', [width, width, 1], ARM));
  const shoulder = new Vector3(SHOULDER.x * (arm === 'left' ? -1 : 1), SHOULDER.y, SHOULDER.z);

  return ({ position: [x, y, z], opening }) => {
    hand.position.set(x, y, z);
    fingers.forEach((finger, i) => finger.position.set((i === 0 ? -1 : 1) * (opening / 2 + 0.015), 0.03, 0));
    wrist.position.set(x, y + WRIST, z);
    // Bent a little upwards, so that the arm covers no more of the table than a straight one.
    elbow.position.copy(wrist.position).lerp(shoulder, 0.5);
    elbow.position.y += 0.05;
    const joints = [wrist.position, elbow.position, shoulder];
    limbs.forEach((limb, i) => span(limb, joints[i] as Vector3, joints[i + 1] as Vector3));
  };
}

function span(limb: Object3D, from: Vector3, to: Vector3): void {
  limb.position.copy(from).lerp(to, 0.5);
  limb.scale.z = from.distanceTo(to);
  limb.lookAt(to);
}
