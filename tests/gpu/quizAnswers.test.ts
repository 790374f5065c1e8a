// Where people's answers are kept, as two tabs use it at the same time.
import { deleteDB } from 'idb';
import { afterEach, expect, it } from 'vitest';
import { AnswerDatabase } from '../../src/app/state/quiz/answerDatabase';
import type { AttemptRecord } from '../../src/app/state/quiz/attempt';
import { formerOrder } from '../../src/app/state/quiz/formerOrder';
import { USUAL_SETTINGS } from '../../src/app/state/quiz/settings';

const NAME = 'palindrome-people-test';
const tabs: AnswerDatabase[] = [];
const tab = () => {
  const opened = new AnswerDatabase(NAME);
  tabs.push(opened);
  return opened;
};

const record = (id: string): AttemptRecord => ({
  id,
  person: 'Ada',
  settings: USUAL_SETTINGS,
  pairs: [],
  questions: [],
  warmUp: [],
  startedAt: 1,
  endedAt: null,
});
const answer = (question: number, choice: 'img1' | 'img2') => ({ question, choice, milliseconds: 500 });

afterEach(async () => {
  for (const opened of tabs.splice(0)) opened.close();
  await deleteDB(NAME);
});

it('keeps the first answer to a question, however many tabs answer it', async () => {
  const [one, two] = [tab(), tab()];
  await one.save('a', { record: record('a'), isNew: true, answers: [] });
  await one.save('a', { record: null, isNew: false, answers: [answer(0, 'img1')] });
  await Promise.all([
    two.save('a', { record: null, isNew: false, answers: [answer(0, 'img2'), answer(1, 'img2')] }),
    one.save('a', { record: null, isNew: false, answers: [answer(2, 'img1')] }),
    one.save('b', { record: record('b'), isNew: true, answers: [answer(0, 'img2')] }),
  ]);
  const read = await two.read();
  const choices = (id: string) => read.find((attempt) => attempt.id === id)?.answers.map(({ choice }) => choice);
  expect([choices('a'), choices('b')]).toEqual([['img1', 'img2', 'img1'], ['img2']]);
});

it('leaves nothing of what was deleted, even where another tab goes on with it', async () => {
  const [one, two] = [tab(), tab()];
  await one.save('a', { record: record('a'), isNew: true, answers: [answer(0, 'img1')] });
  await two.remove(['a']);
  await one.save('a', { record: record('a'), isNew: false, answers: [answer(1, 'img1')] });
  expect(await one.read()).toEqual([]);
  // Taken back, it is new again.
  await one.save('a', { record: record('a'), isNew: true, answers: [answer(0, 'img1')] });
  expect((await two.read()).map(({ answers }) => answers.length)).toEqual([1]);
});

it('gives the questions in the order of then to what was stored without them', async () => {
  const { openDB } = await import('idb');
  const pairs = Array.from({ length: 12 }, (_, i) => ({ window: 5 + i }));
  const { questions: _, ...former } = { ...record('a'), pairs };
  const before = await openDB(NAME, 1, {
    upgrade(db) {
      db.createObjectStore('attempts', { keyPath: 'id' });
      db.createObjectStore('answers');
    },
  });
  await before.put('attempts', former);
  await before.put('answers', answer(3, 'img1'), ['a', 3]);
  before.close();
  const [read] = await tab().read();
  const order = formerOrder(
    pairs.map(({ window }) => window),
    USUAL_SETTINGS.seed,
  );
  expect([read?.questions, read?.answers.length]).toEqual([order, 1]);
  // It asked about all pairs once, and then again.
  expect(new Set(order.slice(0, 12).map(({ pair }) => pair)).size).toBe(12);
});

it('gives way to a newer studio, and says so afterwards', async () => {
  const one = tab();
  await one.save('a', { record: record('a'), isNew: true, answers: [] });
  const { openDB } = await import('idb');
  const newer = await openDB(NAME, 3);
  await expect(one.read()).rejects.toMatchObject({ trouble: 'outdated' });
  newer.close();
});
