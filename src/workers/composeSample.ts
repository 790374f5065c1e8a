// The CoT sample of two moments that a person chose, made as training makes it, while its words are still being typed.
import { Random } from '../base/random';
import type { Episode } from '../episodes/episode';
import type { FrameSource } from '../episodes/frames';
import { visionShape } from '../model/config';
import { spatialDetails } from '../samples/details';
import { encodeSample, LARGEST_LIMITS } from '../samples/sample';
import type { Tokenizer } from '../samples/tokenizer';
import type { Recipe } from '../training/recipe';
import type { DescribedPair, Picture, RenderedSample } from './dataApi';
import { readPictures } from './pictures';
import { tokensOf } from './renderSample';

/** @returns null where one of the moments is not described */
export async function composeSample(
  recipe: Recipe,
  episode: Episode,
  { frames: [early, late], window, order }: DescribedPair,
  source: FrameSource,
  tokenizer: Tokenizer,
): Promise<RenderedSample | null> {
  const frames: [number, number] = order === 'forward' ? [early, late] : [late, early];
  const random = new Random(recipe.seed, 0);
  const [first, second] = frames.map((frame) => spatialDetails(episode, frame, random));
  if (!first || !second) return null;
  const vision = visionShape(recipe.model);
  const answer = order === 'forward' ? 'img2' : 'img1';
  const encoded = encodeSample(
    tokenizer,
    { kind: 'cot', task: episode.task, details: [first, second], answer },
    vision.tokensPerImage,
    LARGEST_LIMITS,
  );
  const pictures = await readPictures(source, episode, frames, vision.imageSize);
  return {
    kind: 'cot',
    order,
    episode,
    window,
    frames,
    pictures: pictures as [Picture, Picture],
    prompt: tokenizer.decode(encoded.ids.slice(0, encoded.promptLength)),
    target: tokenizer.decode(encoded.ids.slice(encoded.promptLength)),
    answer,
    tokens: tokensOf(encoded, tokenizer),
  };
}
