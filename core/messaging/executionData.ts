import { findPhoneNumbersInText, parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js';

/** What n8n keeps of runs, as the workflow's settings or the instance say it. True: it is kept. */
export interface ExecutionSaving {
  readonly successful: boolean;
  readonly failed: boolean;
  readonly manual: boolean;
  readonly progress: boolean;
}

/** The parts of n8n's workflow settings that decide it; absent or `DEFAULT`: the instance decides. */
export interface SavingSettings {
  readonly saveDataSuccessExecution?: string | undefined;
  readonly saveDataErrorExecution?: string | undefined;
  readonly saveManualExecutions?: boolean | 'DEFAULT' | undefined;
  readonly saveExecutionProgress?: boolean | 'DEFAULT' | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

const SWITCHES: Readonly<Record<keyof ExecutionSaving, string>> = {
  successful: '"Save successful production executions"',
  failed: '"Save failed production executions"',
  manual: '"Save manual executions"',
  progress: '"Save execution progress"',
};

function kept(setting: string | undefined, instance: string | undefined): boolean {
  const effective = setting === undefined || setting === 'DEFAULT' ? (instance ?? 'all') : setting;
  return effective !== 'none';
}

function switchedOn(
  setting: boolean | 'DEFAULT' | undefined,
  instance: string | undefined,
  byDefault: boolean,
): boolean {
  if (typeof setting === 'boolean') return setting;
  return instance === undefined ? byDefault : instance.trim().toLowerCase() !== 'false';
}

/**
 * What n8n keeps of this workflow's runs. Instance defaults are n8n's: `EXECUTIONS_DATA_SAVE_ON_SUCCESS` and
 * `_ON_ERROR` are `all`, `_MANUAL_EXECUTIONS` is true, `_ON_PROGRESS` is false. Any word that n8n does not
 * know counts as kept.
 */
export function executionSaving(settings: SavingSettings, env: Environment): ExecutionSaving {
  return {
    successful: kept(settings.saveDataSuccessExecution, env.EXECUTIONS_DATA_SAVE_ON_SUCCESS),
    failed: kept(settings.saveDataErrorExecution, env.EXECUTIONS_DATA_SAVE_ON_ERROR),
    manual: switchedOn(settings.saveManualExecutions, env.EXECUTIONS_DATA_SAVE_MANUAL_EXECUTIONS, true),
    progress: switchedOn(settings.saveExecutionProgress, env.EXECUTIONS_DATA_SAVE_ON_PROGRESS, false),
  };
}

/** The switches to turn off, as the editor names them; null when none of them keeps anything. */
export function executionDataRefusal(saving: ExecutionSaving): string | null {
  const on = (Object.keys(SWITCHES) as (keyof ExecutionSaving)[]).filter((name) => saving[name]);
  if (on.length === 0) return null;
  const names = on.map((name) => SWITCHES[name]).join(', ');
  return (
    'n8n would keep the phone numbers of this run in its database. ' +
    `Turn off ${names} in the workflow's settings, or run: carecampaign setup.`
  );
}

const COULD_BE_A_NUMBER = /(?:\p{Nd}\D{0,3}){7}/u;
const INTERNATIONAL = /(?:\+|\b00)\d[\d ()./-]{5,24}\d/g;

/**
 * The finder reads only numbers that are assigned; one with a country code counts already when its length is
 * right, because a number assigned tomorrow is somebody's too.
 */
function inText(text: string, country: CountryCode): boolean {
  if (!COULD_BE_A_NUMBER.test(text)) return false;
  if (findPhoneNumbersInText(text, country).length > 0) return true;
  return (text.match(INTERNATIONAL) ?? []).some((number) =>
    parsePhoneNumberFromString(number.replace(/^00/, '+'))?.isPossible(),
  );
}

/**
 * Whether any value holds something that libphonenumber reads as a phone number.
 * @param value an item's json; walked to any depth, numbers included.
 * @param country ISO 3166 alpha-2 for numbers without a country code.
 */
export function holdsPhoneNumber(value: unknown, country: string): boolean {
  if (typeof value === 'number')
    return Number.isSafeInteger(value) && inText(String(value), country as CountryCode);
  if (typeof value === 'string') return inText(value, country as CountryCode);
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some((inner) => holdsPhoneNumber(inner, country));
}
