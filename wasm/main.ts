// The loops of the processor path: own code on the memory of tfjs's wasm backend, four numbers at a time and shared among
// threads. Written in AssemblyScript; `npm run wasm` builds it.
export { attend, attendGrad, attentionGradRoom, attentionRoom } from './attention';
export { attendCached } from './cached';
export { softmaxSlopes, softmaxStatistics } from './losses';
export { addNorm, addNormGrad } from './norm';
export { accumulate, adamW, squareSum } from './optimizer';
export { serve, setRoom, setUp } from './pool';
export { multiply } from './product';
export { rotate } from './rotary';
