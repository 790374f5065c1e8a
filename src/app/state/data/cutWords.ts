// Which words of a description the model does not read: a sample has room for so many tokens and no more, and what the
// sample itself says shows where the rest was cut off.

/** The two descriptions in the target of a CoT sample, in the order shown; null where it is no such target. */
function readIn(target: string): readonly [string, string] | null {
  const found = /^Spatial details:\n- img1: (.*)\n- img2: (.*)\nCloser to completion: /s.exec(target);
  return found ? [found[1] ?? '', found[2] ?? ''] : null;
}

/**
 * @param said the descriptions as they were typed, in the order in which the sample shows them
 * @returns for each the end that is missing in the target; null where all of it stands there
 */
export function cutEnds(target: string, said: readonly [string, string]): [string | null, string | null] {
  const read = readIn(target);
  const endOf = (place: 0 | 1) => {
    const words = said[place].replace(/\s+/g, ' ').trim();
    // A letter that was cut in half is no letter.
    const left = read?.[place].replace(/\uFFFD+$/, '').trim();
    // While words are typed the sample may be of a moment ago.
    if (left === undefined || left.length >= words.length || !words.startsWith(left)) return null;
    return words.slice(left.length).trim();
  };
  return [endOf(0), endOf(1)];
}
