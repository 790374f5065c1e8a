import * as Comlink from 'comlink';
import { DataService } from './dataService';

Comlink.expose(new DataService());
