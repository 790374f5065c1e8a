// The paper's published figures ("STCR"), copied as printed, so that they can be shown beside ours under the paper's name.
// They were measured on another model, other data and other prompts; none of them is a target that ours could miss or
// meet. Where the tables contradict each other the cell is kept as printed and a note says so.

import type { Category } from '../episodes/episode';

/** The label every figure from here carries on screen. */
export const paperLabel = 'paper';

/** Column heads of the paper's tables by window. */
export const paperWindows = ['5', '6', '7', '8', '9', '10', '11', '≥12'] as const;

/** Accuracy in percent by window, in the order of `paperWindows`. */
export interface PaperRow {
  readonly model: string;
  readonly byWindow: readonly number[];
}

/** What table 1 prints of people. */
export const paperPeople: PaperRow = {
  model: 'Human perception',
  byWindow: [97.3, 97.3, 98.2, 99.1, 99.1, 100.0, 100.0, 100.0],
};

/** Table 1: average accuracy by window of the paper's models, of the untrained backbone, and of people. */
export const paperAccuracy: readonly PaperRow[] = [
  { model: 'STCR-CoT', byWindow: [68.3, 70.2, 72.2, 73.7, 74.5, 75.6, 76.7, 77.8] },
  { model: 'STCR-Tag', byWindow: [82.4, 84.8, 86.2, 87.1, 87.7, 88.6, 88.6, 88.7] },
  { model: 'Qwen2.5-VL-7B', byWindow: [53.1, 55.4, 55.0, 57.3, 55.2, 56.1, 56.0, 56.5] },
  paperPeople,
];

/** One published pair of accuracies, in percent: a point of the symmetry plot. */
export interface PaperPoint {
  readonly name: string;
  readonly forward: number;
  readonly reverse: number;
}

/** Table 2: supervision strategies. */
export const paperStrategies: readonly PaperPoint[] = [
  { name: 'Classifier-head only', forward: 80.3, reverse: 9.92 },
  { name: 'CoT + classifier-head', forward: 84.43, reverse: 16.34 },
  { name: 'Tag-only', forward: 15.75, reverse: 88.21 },
  { name: 'CoT-only', forward: 83.8, reverse: 90.33 },
];

/** Forward and reverse accuracy of one untrained model by window, in the order of `paperWindows`. */
export interface PaperModel extends PaperPoint {
  readonly forwardByWindow: readonly number[];
  readonly reverseByWindow: readonly number[];
}

/**
 * Table 3: untrained models. Chat-Scene's forward average is printed as 15.38, while its row averages 45.38; the
 * average of the row stands here.
 */
export const paperModels: readonly PaperModel[] = [
  {
    name: 'NVILA-8B',
    forward: 41.89,
    reverse: 58.85,
    forwardByWindow: [30.3, 43.4, 36.3, 50.5, 43.4, 44.4, 40.4, 46.4],
    reverseByWindow: [62.6, 60.6, 55.6, 61.6, 56.6, 55.6, 54.6, 63.6],
  },
  {
    name: 'Paligemma',
    forward: 84.24,
    reverse: 4.1,
    forwardByWindow: [85.19, 86.57, 86, 86.19, 83.33, 83.47, 79.39, 83.77],
    reverseByWindow: [2.47, 3.7, 2.48, 5.13, 1.34, 3.65, 5.69, 8.33],
  },
  {
    name: 'Qwen2.5-VL-7B',
    forward: 83.73,
    reverse: 23.21,
    forwardByWindow: [83.8, 78.8, 82.5, 82.1, 83.8, 87.1, 86.3, 85.4],
    reverseByWindow: [23.8, 22.5, 24.7, 22.5, 23.3, 21.7, 27.1, 20.1],
  },
  {
    name: '3D-LLM',
    forward: 35.8,
    reverse: 28.43,
    forwardByWindow: [29.3, 33.7, 35.2, 33.6, 37.9, 36.8, 40.2, 39.7],
    reverseByWindow: [24.7, 22.3, 25.8, 27.1, 29.9, 28.3, 33.5, 35.8],
  },
  {
    name: 'Chat-Scene',
    forward: 45.38,
    reverse: 38.23,
    forwardByWindow: [41.4, 43.4, 51.3, 40.7, 38.7, 42.8, 46.6, 58.1],
    reverseByWindow: [20.3, 21.6, 30.1, 57.4, 44.5, 47.9, 40.1, 43.9],
  },
  {
    name: '3D-LLaVA',
    forward: 45.79,
    reverse: 48.64,
    forwardByWindow: [38.4, 44.4, 44.4, 46.3, 48.8, 48.8, 47.9, 47.3],
    reverseByWindow: [48, 47.7, 48.3, 49.5, 50.3, 48.8, 48, 48.5],
  },
];

/** Accuracy in percent at windows 5 to 16, and over all. */
export interface PaperWindows {
  readonly byWindow: readonly number[];
  readonly overall: number;
}

export interface PaperVolume {
  /** Tag volume in sevenths of the CoT volume. */
  readonly sevenths: number;
  readonly forward: PaperWindows;
  readonly reverse: PaperWindows;
  readonly average: PaperWindows;
}

/**
 * Table 5: accuracy against tag volume. Table 2's CoT-only row equals this table's last row (12 sevenths), so the two
 * name different strategies by the same figures.
 */
export const paperScaling: readonly PaperVolume[] = [
  {
    sevenths: 1,
    forward: {
      byWindow: [56.3, 55.96, 56.72, 56.33, 56.72, 56.9, 57.1, 56.67, 55.99, 55.53, 57.76, 55.14],
      overall: 56.32,
    },
    reverse: {
      byWindow: [51.72, 52.07, 53.98, 54.73, 54.17, 55.47, 56.53, 56.92, 57.63, 57.21, 59.16, 59.37],
      overall: 55.23,
    },
    average: {
      byWindow: [54.01, 54.01, 55.35, 55.53, 55.45, 56.19, 56.82, 56.79, 56.81, 56.37, 57.46, 57.25],
      overall: 55.78,
    },
  },
  {
    sevenths: 2,
    forward: {
      byWindow: [28.49, 29.93, 31.34, 33.69, 34.93, 36.49, 37.68, 38.38, 38.56, 38.32, 37.88, 38.49],
      overall: 34.63,
    },
    reverse: {
      byWindow: [92.73, 93.18, 93.65, 94.35, 93.91, 94.73, 94.71, 94.52, 94.62, 95.08, 95.1, 95.05],
      overall: 94.15,
    },
    average: {
      byWindow: [60.61, 61.55, 62.49, 64.02, 64.42, 65.61, 66.2, 66.45, 66.59, 66.7, 66.49, 66.77],
      overall: 64.39,
    },
  },
  {
    sevenths: 3,
    forward: {
      byWindow: [66.63, 70.15, 71.47, 73.48, 74.06, 74.95, 74.59, 75.2, 75.55, 75.0, 75.0, 75.59],
      overall: 72.99,
    },
    reverse: {
      byWindow: [74.27, 75.91, 78.16, 79.07, 80.53, 80.65, 81.38, 81.54, 81.88, 81.89, 81.63, 81.68],
      overall: 79.4,
    },
    average: {
      byWindow: [70.45, 73.03, 74.82, 76.28, 77.29, 77.8, 77.98, 78.37, 78.72, 78.44, 78.34, 78.64],
      overall: 76.2,
    },
  },
  {
    sevenths: 4,
    forward: {
      byWindow: [67.17, 70.52, 71.68, 73.39, 74.08, 74.88, 76.09, 76.81, 76.43, 76.93, 77.13, 76.83],
      overall: 73.72,
    },
    reverse: {
      byWindow: [76.82, 79.63, 81.23, 82.58, 84.28, 85.29, 85.27, 86.27, 86.92, 86.89, 86.71, 87.01],
      overall: 83.42,
    },
    average: {
      byWindow: [71.99, 75.07, 76.46, 77.98, 79.18, 80.09, 80.68, 81.54, 81.67, 81.91, 81.92, 81.92],
      overall: 78.57,
    },
  },
  {
    sevenths: 5,
    forward: {
      byWindow: [66.23, 69.7, 72.54, 74.5, 75.04, 77.34, 78.75, 78.55, 78.77, 77.34, 78.75, 78.55],
      overall: 75.04,
    },
    reverse: {
      byWindow: [82.52, 83.77, 84.8, 85.61, 86.35, 87.35, 87.76, 88.01, 87.87, 87.83, 87.64, 87.73],
      overall: 86.09,
    },
    average: {
      byWindow: [74.37, 76.74, 78.67, 80.05, 80.97, 82.35, 83.26, 83.28, 83.6, 83.71, 83.53, 83.35],
      overall: 80.56,
    },
  },
  {
    sevenths: 6,
    forward: {
      byWindow: [68.68, 72.07, 74.13, 75.49, 77.04, 79.03, 79.41, 79.54, 80.55, 79.92, 81.06, 80.83],
      overall: 76.54,
    },
    reverse: {
      byWindow: [82.61, 84.53, 85.87, 86.74, 87.38, 88.16, 88.89, 88.51, 89.21, 89.14, 88.83, 89.2],
      overall: 87.02,
    },
    average: {
      byWindow: [75.65, 78.3, 80.0, 81.11, 82.21, 83.59, 84.15, 84.03, 84.88, 84.53, 84.94, 85.01],
      overall: 81.78,
    },
  },
  {
    sevenths: 7,
    forward: {
      byWindow: [80.21, 82.81, 84.9, 85.99, 86.94, 87.44, 88.09, 88.44, 88.87, 88.2, 88.87, 88.87],
      overall: 86.04,
    },
    reverse: {
      byWindow: [75.25, 77.17, 78.66, 79.68, 81.49, 81.86, 82.34, 82.5, 82.5, 82.75, 82.3, 82.3],
      overall: 80.28,
    },
    average: {
      byWindow: [77.73, 79.99, 81.78, 82.84, 84.22, 85.65, 85.22, 85.47, 85.83, 85.47, 85.14, 85.59],
      overall: 83.16,
    },
  },
  {
    sevenths: 8,
    forward: {
      byWindow: [78.45, 81.31, 83.28, 84.97, 85.71, 86.78, 87.34, 87.69, 88.01, 88.13, 88.32, 88.02],
      overall: 85.05,
    },
    reverse: {
      byWindow: [78.5, 80.43, 81.84, 82.94, 83.99, 84.49, 84.77, 84.97, 84.91, 85.2, 84.44, 84.58],
      overall: 83.04,
    },
    average: {
      byWindow: [78.48, 80.87, 82.56, 83.96, 84.85, 85.64, 86.06, 86.33, 86.46, 86.67, 86.38, 86.3],
      overall: 84.05,
    },
  },
  {
    sevenths: 9,
    forward: {
      byWindow: [79.7, 81.98, 83.95, 84.48, 84.8, 86.13, 86.6, 86.94, 87.53, 87.07, 87.77, 87.16],
      overall: 84.06,
    },
    reverse: {
      byWindow: [81.75, 83.69, 85.01, 86.19, 86.5, 87.13, 87.2, 87.44, 87.82, 87.66, 87.88, 87.57],
      overall: 86.69,
    },
    average: {
      byWindow: [79.22, 81.75, 83.43, 85.07, 86.5, 86.63, 86.9, 87.19, 87.4, 87.87, 87.17, 87.01],
      overall: 84.93,
    },
  },
  {
    sevenths: 10,
    forward: {
      byWindow: [79.06, 81.7, 83.19, 84.28, 84.8, 86.26, 86.1, 86.09, 86.27, 86.43, 86.31, 86.39],
      overall: 84.31,
    },
    reverse: {
      byWindow: [82.87, 85.05, 85.81, 87.07, 86.97, 87.82, 87.96, 88.22, 88.22, 87.97, 88.22, 88.22],
      overall: 87.13,
    },
    average: {
      byWindow: [80.97, 83.37, 84.5, 85.68, 85.89, 87.04, 87.43, 87.16, 87.24, 87.38, 88.06, 86.99],
      overall: 85.5,
    },
  },
  {
    sevenths: 11,
    forward: {
      byWindow: [79.27, 81.82, 83.26, 83.87, 84.6, 85.35, 85.9, 86.16, 86.16, 86.15, 86.18, 85.97],
      overall: 84.15,
    },
    reverse: {
      byWindow: [82.26, 84.43, 85.61, 86.71, 87.67, 88.41, 88.96, 89.79, 89.17, 89.67, 89.45, 88.82],
      overall: 87.27,
    },
    average: {
      byWindow: [80.77, 83.13, 84.44, 85.29, 86.13, 86.88, 87.43, 87.98, 87.66, 87.91, 87.91, 87.39],
      overall: 85.64,
    },
  },
  {
    sevenths: 12,
    forward: {
      byWindow: [77.28, 80.81, 82.64, 83.93, 84.66, 90.81, 85.63, 86.3, 86.27, 86.27, 86.18, 85.92],
      overall: 83.8,
    },
    reverse: {
      byWindow: [87.47, 88.79, 89.85, 90.35, 85.73, 91.43, 91.55, 91.85, 91.42, 91.23, 90.99, 90.68],
      overall: 90.33,
    },
    average: {
      byWindow: [82.38, 84.8, 86.24, 87.14, 87.73, 88.58, 88.59, 89.08, 88.84, 88.75, 88.59, 88.3],
      overall: 87.07,
    },
  },
];

/** Figure 2(b): shares of the paper's task instances by category, percent; the rest is "others". */
export const paperCategories: readonly { readonly category: Category; readonly share: number }[] = [
  { category: 'pick and place', share: 25.7 },
  { category: 'packing and staging', share: 20.9 },
  { category: 'appliance and object manipulation', share: 20.5 },
  { category: 'cleaning and tidying', share: 12.9 },
  { category: 'garment manipulation', share: 10.3 },
  { category: 'cooking and food preparation', share: 9.0 },
];
