import * as Comlink from 'comlink';
import { GpuService } from './gpuService';

Comlink.expose(new GpuService());
