// The paper's Table 4, copied as printed: models after LoRA fine-tuning on a small CoT set, by window in the order of
// `paperWindows`. Its "Average" rows are the means of the two above them and are not repeated.

export interface PaperFineTuned {
  readonly name: string;
  readonly forward: readonly number[];
  readonly backward: readonly number[];
}

export const paperFineTuned: readonly PaperFineTuned[] = [
  {
    name: 'NVILA-8B',
    forward: [45.45, 41.94, 72.73, 50, 45, 43.33, 61.11, 48.28],
    backward: [63.64, 41.94, 36.36, 35, 65, 53.33, 44.44, 48.28],
  },
  {
    name: 'Paligemma',
    forward: [77.78, 94.12, 90.91, 66.67, 92.86, 88.24, 100, 69.23],
    backward: [76.92, 85.71, 69.23, 66.67, 100, 68.75, 88.89, 72.22],
  },
  {
    name: 'InternVL3-8B',
    forward: [44.44, 47.06, 63.64, 33.33, 69.23, 87.5, 44.44, 58.33],
    backward: [38.46, 64.29, 36.36, 27.27, 57.14, 21.43, 66.67, 47.06],
  },
  {
    name: 'DeepSeek-VL2',
    forward: [57.14, 50, 81.81, 54.54, 57.14, 71.42, 66.67, 64.71],
    backward: [44.44, 52.94, 45.45, 33.33, 53.84, 50, 55.55, 58.33],
  },
  {
    name: 'LLaVA-OneVision-7B',
    forward: [61.54, 57.14, 45.45, 54.54, 42.86, 57.14, 55.56, 70.59],
    backward: [22.22, 35.29, 18.18, 66.67, 53.84, 62.5, 44.44, 28.57],
  },
  {
    name: 'Qwen2.5-VL-7B',
    forward: [77.78, 80.65, 63.64, 66.67, 69.23, 56.25, 77.78, 69.23],
    backward: [61.54, 57.14, 45.45, 36.37, 57.14, 50, 55.56, 58.33],
  },
];
