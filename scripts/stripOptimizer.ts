import { exportCheckpoint } from '../src/checkpoints/exportFile';
import { readCheckpointFile } from '../src/checkpoints/importFile';

/** The same checkpoint file without AdamW's moments. @throws BadFile where it is not one of ours */
export async function stripOptimizer(file: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const { manifest, parts } = await readCheckpointFile(file);
  return exportCheckpoint(manifest, { parameters: parts.parameters }, { optimizer: false });
}
