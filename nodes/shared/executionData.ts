import type { IExecuteFunctions } from 'n8n-workflow';
import { CareError, executionDataRefusal, executionSaving } from '../../core';

/**
 * For what brings a person's number or words into a run: n8n stores the items and files of its runs.
 * @throws CareError `executionDataKept`, which names the switches
 */
export function assertNothingKept(context: IExecuteFunctions): void {
  const kept = executionDataRefusal(executionSaving(context.getWorkflowSettings(), process.env));
  if (kept !== null) throw new CareError('executionDataKept', kept);
}
