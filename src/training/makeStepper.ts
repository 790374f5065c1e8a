// Which way a step runs on the current backend.
import * as tf from '@tensorflow/tfjs';
import { compact } from '../batches/compact';
import { CapturedStepper } from './capturedStepper';
import { EagerStepper } from './eagerStepper';
import type { Stepper, Trained } from './stepper';

export function makeStepper(trained: Trained): Stepper {
  return tf.getBackend() === 'webgpu' ? new CapturedStepper(trained) : new EagerStepper(trained, compact);
}
