import {
  DEFAULT_STAGES,
  effectiveQuietHours,
  inQuietHours,
  type ControllerPolicy,
  type Stage,
} from '../../core';
import { PLANS, type Plan } from './appointments';
import { personOf } from './rows';
import type { SampleExpectation, SampleRow } from './types';

/** Codes that stand before any stage is looked at. */
const BEFORE_STAGES = new Set(['cancelled', 'moveRequested', 'noShow', 'duplicateRow']);
const REMINDER_STAGES: readonly string[] = ['reminder48h', 'logistics24h', 'experience2h'];

/** What the first runs of the reminder and of the survey workflow do with each row. */
export function expectationsAt(
  now: number,
  rows: readonly SampleRow[],
  policy: ControllerPolicy,
): { reminder: SampleExpectation[]; survey: SampleExpectation[] } {
  const pairs = PLANS.flatMap((plan, index) => {
    const row = rows[index];
    return row ? [{ plan, row }] : [];
  });
  const outcome = (plan: Plan): { stage: Stage; code: string } => {
    const rule = DEFAULT_STAGES.find(({ stage }) => stage === plan.when);
    if (!rule) throw new Error(`The sample's ${plan.id} belongs to no stage`);
    const quiet = inQuietHours(now, [personOf(plan).zone], effectiveQuietHours(policy, rule.purpose));
    return { stage: rule.stage, code: plan.code ?? (quiet ? 'quietHours' : 'sent') };
  };
  return {
    reminder: pairs.map(({ plan, row: { rowId } }) => {
      if (plan.code && BEFORE_STAGES.has(plan.code)) return { rowId, stage: null, code: plan.code };
      if (REMINDER_STAGES.includes(plan.when)) return { rowId, ...outcome(plan) };
      return { rowId, stage: null, code: plan.when === 'survey1d' ? 'stageOver' : 'notDueYet' };
    }),
    survey: pairs.map(({ plan, row: { rowId } }) => {
      if (plan.code && BEFORE_STAGES.has(plan.code)) return { rowId, stage: null, code: plan.code };
      return plan.when === 'survey1d'
        ? { rowId, ...outcome(plan) }
        : { rowId, stage: null, code: 'notDueYet' };
    }),
  };
}
