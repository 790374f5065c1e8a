// Phrases to choose from while describing: those used before, and a few to begin with in the style of the paper's
// samples, which say for each gripper what it holds and where it is, and then what has changed on the table.

export const STARTING_PHRASES: readonly string[] = [
  'left gripper open at left side of carton; right gripper closed holding film above items',
  'right gripper holds the film above the items',
  'both grippers open above the table; nothing held yet',
  'left gripper at rest; right gripper moving towards the cup',
  'right gripper closed on the cup; cup still on the table',
  'right gripper holding the cup above the plate',
  'cup on the plate; right gripper open near the cup',
  'right gripper open, moving away; task done',
  'left gripper holds the box; right gripper closes the flap',
  'drawer closed; right gripper open in front of the handle',
  'drawer half open; right gripper holds the handle',
  'cloth flat; both grippers at its corners',
  'cloth folded once; both grippers open',
  'bottle tilted above the glass; glass half full',
];

const MOST_SHOWN = 8;

/**
 * Phrases that fit what was typed: used ones first, the most used before the others. Every word typed must begin a word
 * of the phrase.
 */
export function suggestions(typed: string, used: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const phrase of used.map((text) => text.trim()).filter(Boolean)) {
    counts.set(phrase, (counts.get(phrase) ?? 0) + 1);
  }
  const known = [...counts].sort((a, b) => b[1] - a[1]).map(([phrase]) => phrase);
  const wanted = wordsOf(typed);
  return [...new Set([...known, ...STARTING_PHRASES])]
    .filter((phrase) => phrase !== typed.trim())
    .filter((phrase) => {
      const words = wordsOf(phrase);
      return wanted.every((start) => words.some((word) => word.startsWith(start)));
    })
    .slice(0, MOST_SHOWN);
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
