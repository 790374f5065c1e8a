// What a model wrote about each picture before it judged, and about which of them its two answers differ.
import type { JudgeVerdict } from '../../../workers/gpuApi';

/** The lines on the picture shown first and on the one shown second; null where they are not there. */
function lines(reasoning: string): [string, string] | null {
  const [first, second] = ['img1', 'img2'].map((name) => new RegExp(`${name}: (.+)`).exec(reasoning)?.[1]?.trim());
  return first !== undefined && second !== undefined ? [first, second] : null;
}

export interface TwoDescriptions {
  picture: 'first' | 'second';
  /** As given, and swapped. */
  given: string;
  swapped: string;
}

/** The given pictures that the model describes in other words when they are swapped. */
export function differingDescriptions({ shown, swapped }: Pick<JudgeVerdict, 'shown' | 'swapped'>): TwoDescriptions[] {
  const [given, turned] = [lines(shown.reasoning), lines(swapped.reasoning)];
  if (!given || !turned) return [];
  const pairs: TwoDescriptions[] = [
    { picture: 'first', given: given[0], swapped: turned[1] },
    { picture: 'second', given: given[1], swapped: turned[0] },
  ];
  return pairs.filter((one) => one.given !== one.swapped);
}
