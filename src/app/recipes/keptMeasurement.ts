// The last measurement of this device, kept in the browser for the next visit.
import * as v from 'valibot';
import { deviceReportSchema, type DeviceReport } from '../../workers/deviceReport';

const key = 'palindrome.device';

/** Null where there is none, or none that this version of the studio can read. */
export function keptMeasurement(): DeviceReport | null {
  try {
    const result = v.safeParse(deviceReportSchema, JSON.parse(localStorage.getItem(key) ?? 'null'));
    return result.success ? result.output : null;
  } catch {
    return null;
  }
}

export function keepMeasurement(report: DeviceReport): void {
  try {
    localStorage.setItem(key, JSON.stringify(report));
  } catch {
    // Storage is switched off: the result is there until the page is closed.
  }
}
