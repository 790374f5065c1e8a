// The benchmarks in Node; scripts/benchNode.mjs bundles this file into one that needs nothing but the package `webgpu`.
import './nodeGlobals';
import { machine, readOptions, writeReport } from '../../scripts/benchOptions.mjs';
import { bench } from './bench';
import { table } from './table';

const options = readOptions('node bench.mjs', ['palindrome', 'tfjs', 'jaxjs']);
const environment = `${machine()}, Node ${process.versions.node}`;
const report = await bench(options.bench, environment, (line) => console.log(line));
console.log(`\n${table(report)}`);
writeReport(options.json, report);
process.exit(0);
