// The project file on its way out and in: what it would hold and how large it would be, how far it is, and what came of it.
import { version } from '../../../../package.json';
import * as m from '../../../words/messages';
import type { PortableRun, RunReport } from '../../../workers/gpuApi';
import { splitRows } from '../../../workers/metricRows';
import type { Engine } from '../../clients/engine';
import { openSaveTarget } from '../../clients/saveFile';
import {
  estimatedBytes,
  projectFileName,
  type MeasurementFile,
  type ProjectChoice,
  type ProjectContents,
} from '../../project/projectSize';
import type { ProjectPlan, Taken } from '../../project/readProject';
import { bytes as sizeInWords } from '../../reading';
import { controlsJson, measurementJson } from '../evaluation/measurementFacts';
import type { KeptMeasurements } from '../evaluation/keptMeasurements';
import type { Edits } from '../edits.svelte';
import type { Library } from '../data/library.svelte';
import type { Notices } from '../notices.svelte';
import type { RecipeDraft } from '../recipeDraft.svelte';
import { fileNameOf, type Runs } from '../runs.svelte';

export interface ProjectProgress {
  way: 'out' | 'in';
  bytes: number;
  total: number;
  bytesPerSecond: number | null;
  secondsLeft: number | null;
  /** The run or episode that is at it. */
  what: string;
}

interface Parts {
  runs: Runs;
  library: Library;
  draft: RecipeDraft;
  measurements: KeptMeasurements;
}

const shownEveryMs = 100;

export class ProjectFile {
  readonly #engine: Engine;
  readonly #notices: Notices;
  readonly #edits: Edits;
  readonly #runs: Runs;
  readonly #library: Library;
  readonly #draft: RecipeDraft;
  readonly #kept: KeptMeasurements;
  #contents = $state.raw<ProjectContents | null>(null);
  #progress = $state.raw<ProjectProgress | null>(null);
  #plan = $state.raw<ProjectPlan | null>(null);
  #abort: AbortController | null = null;

  constructor(engine: Engine, notices: Notices, edits: Edits, { runs, library, draft, measurements }: Parts) {
    this.#engine = engine;
    this.#notices = notices;
    this.#edits = edits;
    this.#runs = runs;
    this.#library = library;
    this.#draft = draft;
    this.#kept = measurements;
  }

  /** Null while nothing is on its way. */
  get progress(): ProjectProgress | null {
    return this.#progress;
  }

  /** What an opened file would bring; null where none waits for a decision. */
  get plan(): ProjectPlan | null {
    return this.#plan;
  }

  get isStopping(): boolean {
    return this.#progress !== null && this.#abort?.signal.aborted === true;
  }

  /** What is here to be saved; null until it is known. */
  get contents(): ProjectContents | null {
    return this.#contents;
  }

  /** Looks what there is to save. */
  async look(): Promise<void> {
    await this.#engine.connected;
    // Without its library the studio still has runs.
    const kept = await this.#engine.data.keptEpisodes().catch(() => []);
    const episodes = kept.filter(({ removedAt }) => removedAt === null);
    const measurements = await this.#measurements().catch(() => []);
    this.#contents = { runs: this.#runs.all ?? [], episodes, recipe: this.#draft.recipe, measurements };
  }

  /** Numbered, because several may be of one model. */
  async #measurements(): Promise<MeasurementFile[]> {
    const [measured, answers] = await Promise.all([this.#kept.measurements(), this.#kept.answers()]);
    const asked = answers.map((kept) => {
      const model = Object.values(kept.answers.reports).find((report) => report?.about)?.about?.model.label ?? '';
      return { name: m.runs_project_controls({ model }), json: controlsJson(model, kept.answers) };
    });
    const files = [...measured.map((one) => ({ name: one.model, json: measurementJson(one) })), ...asked];
    return files.map(({ name, json }, i) => ({ name: `${i + 1}-${fileNameOf(name)}`, json }));
  }

  /** About how many bytes a file of this choice has. */
  estimate(choice: ProjectChoice): number | null {
    return this.#contents && estimatedBytes(this.#contents, choice);
  }

  /** Writes the project file. Must be called in a click: the browser may ask where to put it. */
  async save(choice: ProjectChoice): Promise<void> {
    if (this.#progress) return;
    const name = projectFileName();
    const target = await openSaveTarget(name, 'application/zip', '.zip');
    if (!target) return;
    const signal = this.#begin('out');
    try {
      await this.#runs.load();
      await this.look();
      const contents = this.#contents ?? { runs: [], episodes: [], recipe: this.#draft.recipe, measurements: [] };
      const total = estimatedBytes(contents, choice);
      const [{ writeProject }, { runReportPage }] = await Promise.all([
        import('../../project/writeProject'),
        import('../../clients/reportPage'),
      ]);
      const page = ({ name, report, rows }: PortableRun) =>
        report === null ? null : runReportPage({ name, report: report as RunReport, ...splitRows(rows) });
      const tell = this.#progressOf('out', total);
      let written = 0;
      const leftOut = await writeProject(contents, choice, this.#engine, target, {
        madeWith: `Palindrome ${version}`,
        signal,
        onProgress: (bytes, what) => {
          written = bytes;
          tell(bytes, what);
        },
        page,
      });
      await target.close();
      const size = sizeInWords(written);
      const saved = m.runs_project_saved({ name, size });
      if (leftOut.length === 0) this.#notices.tell(saved);
      else this.#notices.report(saved, new Error(leftOut.join(' ')), m.runs_project_skipped_todo());
    } catch (error) {
      await target.abort().catch(() => undefined);
      this.#ended(error, m.runs_project_save_failed(), m.runs_project_save_todo());
    } finally {
      this.#progress = null;
    }
  }

  /** Looks through a file; what it would bring then waits for a decision. */
  async open(file: File): Promise<void> {
    if (this.#progress) return;
    const what = m.runs_import_failed({ name: file.name });
    await this.#notices.attempt(what, m.runs_project_open_todo(), async () => {
      const { openProject, planOf } = await import('../../project/readProject');
      const project = await openProject(file);
      await this.#runs.load();
      const { all, deleted: deletedRuns } = this.#runs;
      const episodes = await this.#engine.data.keptEpisodes();
      this.#plan = planOf(project, { runs: all ?? [], deletedRuns, episodes });
    });
  }

  dismiss(): void {
    this.#plan = null;
  }

  /** Takes in what the plan says. @param withRecipe its recipe replaces the one that is being worked on */
  async takeIn(withRecipe: boolean): Promise<void> {
    const plan = this.#plan;
    if (!plan || this.#progress) return;
    const signal = this.#begin('in');
    try {
      const { bringsAnything, takeIn } = await import('../../project/readProject');
      if (bringsAnything(plan)) {
        const taken = await takeIn(plan, this.#engine, signal, this.#progressOf('in', plan.bytes));
        const edit = {
          name: m.runs_edit_project(),
          undo: () => this.#takeOut(taken),
          redo: () => this.#bringBack(taken),
        };
        const runs = taken.runs.length + taken.restoredRuns.length;
        const episodes = taken.episodes.length + taken.restoredEpisodes.length;
        this.#edits.did(edit, m.runs_project_taken({ runs, episodes, descriptions: plan.addedDescriptions }));
      }
      if (withRecipe && plan.project.recipe) this.#draft.use(plan.project.recipe);
      this.#plan = null;
    } catch (error) {
      this.#plan = null;
      this.#ended(error, m.runs_project_take_failed(), m.runs_project_take_todo());
    } finally {
      this.#progress = null;
      await this.#refresh();
    }
  }

  cancel(): void {
    this.#abort?.abort(new DOMException(m.runs_project_cancelled(), 'AbortError'));
    if (this.#progress) this.#progress = { ...this.#progress };
  }

  async #takeOut({ runs, restoredRuns, episodes, restoredEpisodes, changes }: Taken): Promise<void> {
    await this.#engine.gpu.deleteRuns([...runs, ...restoredRuns]);
    await this.#engine.data.removeEpisodes([...episodes, ...restoredEpisodes]);
    for (const { episode, before } of changes) {
      await this.#engine.data.updateEpisode(episode, { segments: [...before] }).catch(() => undefined);
    }
    await this.#refresh();
  }

  async #bringBack({ runs, restoredRuns, episodes, restoredEpisodes, changes }: Taken): Promise<void> {
    await this.#engine.gpu.restoreRuns([...runs, ...restoredRuns]);
    await this.#engine.data.restoreEpisodes([...episodes, ...restoredEpisodes]);
    for (const { episode, after } of changes) {
      await this.#engine.data.updateEpisode(episode, { segments: [...after] }).catch(() => undefined);
    }
    await this.#refresh();
  }

  async #refresh(): Promise<void> {
    await Promise.all([this.#runs.load(), this.#library.load(), this.look().catch(() => undefined)]);
  }

  #begin(way: ProjectProgress['way']): AbortSignal {
    this.#abort = new AbortController();
    this.#progress = { way, bytes: 0, total: 0, bytesPerSecond: null, secondsLeft: null, what: '' };
    return this.#abort.signal;
  }

  /** Rate and time left over the whole way so far, shown ten times a second. */
  #progressOf(way: ProjectProgress['way'], total: number): (bytes: number, what: string) => void {
    const start = performance.now();
    let shown = 0;
    let tenth = 0;
    return (bytes, what) => {
      const now = performance.now();
      if (now - shown < shownEveryMs && bytes > 0 && what !== '') return;
      shown = now;
      const seconds = (now - start) / 1000;
      const bytesPerSecond = seconds > 0.5 && bytes > 0 ? bytes / seconds : null;
      const secondsLeft = bytesPerSecond ? Math.max(0, total - bytes) / bytesPerSecond : null;
      this.#progress = { way, bytes, total: Math.max(total, bytes), bytesPerSecond, secondsLeft, what };
      const done = Math.floor((10 * bytes) / Math.max(1, total));
      if (done > tenth && done < 10) this.#notices.announce(m.runs_project_tenth({ percent: done * 10 }));
      tenth = Math.max(tenth, done);
    };
  }

  #ended(error: unknown, what: string, todo: string): void {
    if (this.#abort?.signal.aborted) this.#notices.tell(m.runs_project_cancelled());
    else this.#notices.report(what, error, todo);
  }
}
