// Words about a task, where nobody wrote them down: a sentence from the name of a file or folder, the identity of a task
// from its sentence, and its category from the verb. All of it can be changed by hand afterwards.
import type { Category } from './episode';

/** The task of an episode about which nothing is known. */
export const UNKNOWN_TASK = 'Complete the task.';

/** Models read English; the sentence says no more than that there is a task. */
export const GENERAL_TASK = 'Finish the task.';

/** Words that say something about the file and nothing about the task. */
const NOISE =
  /^(?:\d+|\d{3,4}p\d*|\d+x\d+|\d+fps|(?:h|x)26[45]|av1|vp[89]|hevc|hd|4k|vfr|img|image|images|vid|video|videos|clip|clips|mov|movie|dsc|dcim|gopr|pxl|mvi|frame|frames|episode|episodes|ep|take|trial|run|demo|final|copy|untitled|recording|capture|camera|cam|observation|chunk|data|test|train|new)$/i;

/** "put-cup_on-plate 01" → "Put cup on plate."; null where the name says nothing. */
export function taskFromName(name: string): string | null {
  const words = name
    .replace(/\.[a-z0-9]{1,5}$/i, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .split(/[^\p{L}\p{N}']+/u)
    .filter(Boolean);
  const kept = words.filter((word) => !NOISE.test(word));
  if (!kept.some((word) => /\p{L}{2}/u.test(word))) return null;
  const text = kept.join(' ').toLowerCase();
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** The task by file name, else by the folders around it from the inside out, else UNKNOWN_TASK. */
export function taskFromPath(path: string): string {
  for (const part of path.split('/').reverse()) {
    const task = taskFromName(part);
    if (task !== null) return task;
  }
  return UNKNOWN_TASK;
}

/** Two sentences with the same template are the same task: case, spaces and punctuation do not count. */
export function templateOf(task: string): string {
  return task
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

// The first row that matches decides, so rarer verbs stand before the ones that occur in every sentence.
const VERBS: readonly [Category, RegExp][] = [
  [
    'garment manipulation',
    /\b(fold|unfold|hang|iron|button|zip|shirt|trousers|towel|sock|garment|cloth(?:es|ing)|laundry)\w*/,
  ],
  [
    'cooking and food preparation',
    /\b(cook|scoop|stir|pour|slic|chop|peel|fry|bake|boil|mix|spread|season|toast|brew)\w*/,
  ],
  ['cleaning and tidying', /\b(clean|wip|sweep|tid|wash|dust|vacuum|scrub|mop|rins|throw away|clear|sort)\w*/],
  ['packing and staging', /\b(pack|unpack|stack|wrap|arrang|line up|load|unload|stag|box up|bag)\w*/],
  [
    'appliance and object manipulation',
    /\b(open|clos|shut|press|turn o(?:n|ff)|switch|plug|unplug|twist|screw|unscrew|rotat|insert|pull|slid)\w*/,
  ],
  ['pick and place', /\b(pick|plac|put|mov|lift|grasp|grab|drop|set|take|bring|carry|transfer|hand over|hand)\w*/],
];

/** Category by the verbs of a task sentence, else 'other'. */
export function categoryOf(task: string): Category {
  const text = task.toLowerCase();
  for (const [category, verbs] of VERBS) if (verbs.test(text)) return category;
  return 'other';
}
