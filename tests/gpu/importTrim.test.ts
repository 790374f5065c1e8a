// The automatic trim against known completions: the simulator's true ones, and those seen by eye in real recordings.
import { describe, expect, test } from 'vitest';
import { signatureVector, SIGNATURE_BYTES, writeSignature } from '../../src/episodes/signature';
import { SceneRenderer } from '../../src/episodes/simulator/renderer';
import { simulate } from '../../src/episodes/simulator/simulate';
import { FRAME_BYTES, STORE_SIZE } from '../../src/episodes/squarePicture';
import { readImages } from '../../src/episodes/images';
import { findTrim } from '../../src/pairs/trim';
import { dataLines, episodeFiles } from './importData';

const lines = await dataLines('episodes/episodes.jsonl');

function signaturesOf(frames: Uint8Array): Float32Array[] {
  return Array.from({ length: frames.byteLength / FRAME_BYTES }, (_, i) => {
    const bytes = new Uint8Array(SIGNATURE_BYTES);
    writeSignature(frames, i * FRAME_BYTES, bytes, 0);
    return signatureVector(bytes);
  });
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

test('simulated completions are found within three kept frames', () => {
  const renderer = new SceneRenderer();
  const errors: number[] = [];
  for (let number = 0; number < 14; number++) {
    const simulated = simulate(77, number);
    const kept = Array.from({ length: Math.ceil(simulated.frameCount / 10) }, (_, i) => i * 10);
    const { end } = findTrim(signaturesOf(renderer.render(simulated, kept, STORE_SIZE)));
    errors.push(Math.abs(end - simulated.lastFrame / 10));
  }
  renderer.dispose();
  console.log(`simulator: median error ${median(errors).toFixed(1)}, mean ${mean(errors).toFixed(1)} kept frames`);
  expect(median(errors)).toBeLessThanOrEqual(3);
});

describe.skipIf(lines.length === 0)('real recordings', () => {
  test('starts and completions seen by eye are found within three frames of 32 on average', async () => {
    const chosen = lines
      .filter((line) => line['outcome'] === 'success' && typeof line['trimEnd'] === 'number')
      .filter((_, i) => i % 6 === 0);
    const errors: number[] = [];
    const startErrors: number[] = [];
    for (const line of chosen) {
      const count = Number(line['frames']);
      const frames = new Uint8Array(count * FRAME_BYTES);
      let at = 0;
      await readImages(await episodeFiles(String(line['id']), count), (bytes) => {
        frames.set(bytes, at);
        at += bytes.byteLength;
      });
      const trim = findTrim(signaturesOf(frames));
      errors.push(Math.abs(trim.end - (count - 1 - Number(line['trimEnd']))));
      startErrors.push(Math.abs(trim.start - Number(line['idleStart'])));
    }
    console.log(
      `${errors.length} recordings: mean error of the end ${mean(errors).toFixed(2)}, of the start ${mean(startErrors).toFixed(2)}`,
    );
    expect(mean(errors)).toBeLessThanOrEqual(3);
    expect(mean(startErrors)).toBeLessThanOrEqual(1);
  });
});
