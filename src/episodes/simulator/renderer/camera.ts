// Where the camera is and looks at a frame. A hand-held camera sways: a sum of slow sines, so that neighbouring frames
// are close and every size of picture shows the same.
import type { PerspectiveCamera } from 'three';
import { Random } from '../../../base/random';
import type { Vec3, View } from '../scene';
import { FRAMES_PER_SECOND } from '../simulate';

/** Vertical angle of view in degrees of the usual picture. */
export const ANGLE = 23.5;
const CAMERA: Vec3 = [0, 1.82, 1.16];
const TARGET: Vec3 = [0, 0.03, 0];
/** Swings a second, and their shares of the amplitude. */
const SINES = [
  { frequency: 0.37, share: 0.5 },
  { frequency: 1.1, share: 0.33 },
  { frequency: 2.7, share: 0.17 },
];

/** Offset of a hand-held camera in metres along x, y and z; none is longer than the amplitude. */
export function shakeAt({ shake, seed }: Pick<View, 'shake' | 'seed'>, frame: number): [number, number, number] {
  const along = (axis: number): number => {
    if (shake === 0) return 0;
    const random = new Random(seed, axis);
    const sway = SINES.reduce((sum, { frequency, share }) => {
      const pitch = frequency * random.between(0.8, 1.25);
      return sum + share * Math.sin(2 * Math.PI * ((frame / FRAMES_PER_SECOND) * pitch + random.float()));
    }, 0);
    return shake * sway;
  };
  return [along(0), along(1), along(2)];
}

export function aim(camera: PerspectiveCamera, view: View, frame: number): void {
  const offset = shakeAt(view, frame);
  // The point looked at sways along, so that a picture moves by about the amplitude rather than turns about its middle.
  const [cx, cy, cz] = CAMERA.map((usual, i) => usual + (view.camera[i] ?? 0) + (offset[i] ?? 0)) as [
    number,
    number,
    number,
  ];
  const [tx, ty, tz] = TARGET.map((usual, i) => usual + (view.target[i] ?? 0) + 2 * (offset[i] ?? 0)) as [
    number,
    number,
    number,
  ];
  camera.position.set(cx, cy, cz);
  camera.lookAt(tx, ty, tz);
  camera.rotateZ(view.roll);
  camera.fov = (2 * Math.atan(Math.tan((ANGLE * Math.PI) / 360) * view.width) * 180) / Math.PI;
  camera.updateProjectionMatrix();
}
