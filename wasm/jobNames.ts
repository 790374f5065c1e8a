// The numbers by which shared jobs are known to all threads.
export const PACK_PANELS: i32 = 0;
export const MULTIPLY_ROWS: i32 = 1;
export const ATTENTION: i32 = 2;
export const ATTENTION_GRAD: i32 = 3;
export const NORM: i32 = 4;
export const NORM_GRAD: i32 = 5;
export const ROTARY: i32 = 6;
export const SOFTMAX_STATISTICS: i32 = 7;
export const SOFTMAX_SLOPES: i32 = 8;
export const SQUARES: i32 = 9;
export const ACCUMULATE: i32 = 10;
export const ADAMW: i32 = 11;
export const CACHED_ATTENTION: i32 = 12;
