// Puts questions to a model, one after the other, and reports on each.
import { judgePairs, type Judging } from '../evaluation/evaluate';
import { crossInstructions } from '../evaluation/instructions';
import { answersOf } from '../evaluation/provenance';
import type { Judge } from '../evaluation/judge';
import type { Judgement } from '../evaluation/metrics';
import { questionReport, type QuestionReport } from '../evaluation/questionReport';
import { questionNamed } from '../evaluation/questions';
import type { Recipe } from '../training/recipe';
import { questionSource, type QuestionData } from './evaluationSource';

export interface Asking {
  /** Names in QUESTIONS. */
  questions: readonly string[];
  pairsPerQuestion: number;
  /** What had been trained, and up to which step. */
  after: string;
  step: number;
  /** How the model answers; each question's own way unless given. */
  judging?: Judging | undefined;
  /** Progress over all questions in [0, 1]. */
  onProgress?: (share: number) => void;
  /** Asked between batches; a true answer ends early and leaves out what was not finished. */
  cancelled?: () => boolean;
}

/**
 * @param recipe whose test split is asked about
 * @returns a report on each question in their order, without those that the recipe has no pairs for
 * @throws Error in words where a name is not a question's
 */
export async function askQuestions(
  judge: Judge,
  data: QuestionData,
  recipe: Recipe,
  { questions, pairsPerQuestion, after, step, judging, onProgress, cancelled = () => false }: Asking,
): Promise<QuestionReport[]> {
  const asked = questions.map(questionNamed);
  const reports: QuestionReport[] = [];
  const rows = new Map<string, readonly Judgement[]>();
  for (const [i, question] of asked.entries()) {
    const source = await questionSource(data, recipe, question, pairsPerQuestion);
    const way = judging ?? question.judging;
    const tell = (share: number) => onProgress?.((i + share) / asked.length);
    const judged = await judgePairs(judge, source, way, tell, cancelled);
    if (cancelled()) break;
    const report = questionReport(judged, question, { after, step, split: 'test', judging: way }, recipe.seed);
    if (report) reports.push({ ...report, answers: answersOf(judged) });
    rows.set(question.name, judged.rows);
  }
  return reports.map((report) => {
    const [own, counter] = [rows.get('turnable'), rows.get('counter-task')];
    if (report.question !== 'counter-task' || !own || !counter) return report;
    const instructions = crossInstructions(own, counter);
    return instructions ? { ...report, instructions } : report;
  });
}
