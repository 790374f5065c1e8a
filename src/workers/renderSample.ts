// Shows samples exactly as the model will see them: pictures at model size, prompt, target, every token with its part in
// the loss.
import type { FrameSource } from '../episodes/frames';
import { visionShape } from '../model/config';
import { DESCRIBED } from '../samples/details';
import type { EncodedSample } from '../samples/sample';
import type { SampleKind } from '../samples/prompt';
import type { Tokenizer } from '../samples/tokenizer';
import { kindAt, type Recipe, type Stage } from '../training/recipe';
import type { Picture, RenderedSample } from './dataApi';
import type { Dataset } from './dataset';
import { readPictures } from './pictures';

/** Samples `position`…`position + count` of a stage's stream. */
export async function renderSamples(
  recipe: Recipe,
  dataset: Dataset,
  source: FrameSource,
  tokenizer: Tokenizer,
  stageIndex: number,
  position: number,
  count: number,
): Promise<RenderedSample[]> {
  const stage = recipe.stages[stageIndex];
  if (!stage) return [];
  const perPair = stage.order === 'both' ? 2 : 1;
  return Promise.all(
    Array.from({ length: count }, (_, i) =>
      renderOne(
        recipe,
        dataset,
        source,
        tokenizer,
        stage,
        stageIndex,
        Math.floor((position + i) / perPair),
        (position + i) % perPair === 1,
      ),
    ),
  );
}

async function renderOne(
  recipe: Recipe,
  dataset: Dataset,
  source: FrameSource,
  tokenizer: Tokenizer,
  stage: Stage,
  stageIndex: number,
  pairNumber: number,
  reversed: boolean,
): Promise<RenderedSample> {
  const pairsInStep = recipe.batchPairs * recipe.accumulation;
  const step = Math.floor(pairNumber / pairsInStep);
  const place = dataset.position(stageIndex, 0, 0) + pairNumber;
  const kind = kindAt(stage, step);
  const described = kind === 'cot' ? DESCRIBED : null;
  const pair = await dataset.streamOf(kind).trainingPair(place, dataset.easing(stage, step), described);
  const details = kind === 'cot' ? dataset.maker.details(pair, place, stage.doubt) : null;
  const order = reversed ? 'reverse' : 'forward';
  const encoded = dataset.maker.encode(pair, order, planOf(stage, kind), details, place);
  const frames: [number, number] = reversed ? [pair.late, pair.early] : [pair.early, pair.late];
  const pictures = await readPictures(source, pair.episode, frames, visionShape(recipe.model).imageSize);
  return {
    kind,
    order,
    episode: pair.episode,
    window: pair.window,
    frames,
    pictures: pictures as [Picture, Picture],
    prompt: tokenizer.decode(encoded.ids.slice(0, encoded.promptLength)),
    target: tokenizer.decode(encoded.ids.slice(encoded.promptLength)),
    answer: dataset.maker.answer(order, stage.labels, place),
    tokens: tokensOf(encoded, tokenizer),
  };
}

function planOf({ labels, format }: Stage, kind: SampleKind) {
  return { kind, labels, format };
}

/** Each token with its part in the sample and in the loss. */
export function tokensOf(encoded: EncodedSample, tokenizer: Tokenizer): RenderedSample['tokens'] {
  return encoded.ids.map((id, i) => ({
    text: tokenizer.show(id),
    supervised: i >= encoded.supervisedFrom,
    role:
      i === encoded.judgementPlace
        ? 'judgement'
        : id === tokenizer.special.image
          ? 'image'
          : tokenizer.isSpecial(id)
            ? 'special'
            : 'text',
  }));
}
