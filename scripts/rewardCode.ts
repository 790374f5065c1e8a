// What the runner of the reward experiments, a plain script, needs of the studio's own code; loaded by Vite's runner.
export { heldOutEpisodes } from '../src/reward/experiment/heldOutEpisodes';
export {
  bootstrapped,
  doneRuleOf,
  mean,
  methodTable,
  outcomeFigures,
  regressionFigures,
  lostOf,
} from '../src/reward/experiment/summary';
export { realRecipe } from '../src/training/realFrames';
export { ranking } from '../src/reward/valueMeasures';
export { WATCHED_STRIDES } from '../src/reward/safety/preferences';
export { bestRule, trade } from '../src/reward/safety/trade';
export { EXPERIMENT_SETTINGS, POLICY_TASKS } from '../src/reward/policy/tasks';
