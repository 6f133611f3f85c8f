import { CommanderError } from 'commander';
import { CareError } from '../core';
import { N8nApiError } from './n8nPublicApi';
import { PARTLY } from './registry/output';

export interface Failure {
  readonly code: string;
  /** What happened and what to do about it; never what was typed. */
  readonly sentence: string;
  /** The option, argument or column that is at fault. */
  readonly field?: string;
}

/** One line on stderr, or a JSON document for programs. */
export function tell({ code, sentence, field }: Failure, json: boolean): void {
  const document = { error: { code, sentence, ...(field === undefined ? {} : { field }) } };
  console.error(json ? JSON.stringify(document, null, 2) : `${sentence} (${code})`);
}

/** All but the rows of a broken audit chain is purged by then. */
export const exitCodeOf = (error: unknown): number =>
  error instanceof CareError && error.code === 'auditBroken' ? PARTLY : 1;

export function failureOf(error: unknown): Failure {
  if (error instanceof CareError) return ofCare(error);
  if (error instanceof CommanderError) return ofUsage(error);
  if (error instanceof N8nApiError) return { code: 'n8nRefused', sentence: error.message };
  return {
    code: 'unexpected',
    sentence: 'Something stopped the command that it has no words for. Run it again, and report it.',
  };
}

function ofCare({ code, message, at: { field } }: CareError): Failure {
  // Core speaks to users of n8n; here options and variables take the credential's place.
  const sentence = message.replaceAll(' in the credential', '');
  return { code, sentence, ...(field === undefined ? {} : { field }) };
}

/** The name that we gave an option or argument. What was typed is let through only where it is letters. */
const NAME = /'(--?[a-z][a-z-]*|[a-z]+)(?![a-z-]*\d)/i;

type Usage = readonly [code: string, sentence: (name: string, message: string) => string];

const USAGE: Readonly<Record<string, Usage>> = {
  unknownCommand: ['commandUnknown', () => 'There is no such command. See --help.'],
  unknownOption: [
    'optionUnknown',
    (name, message) => {
      const meant = /\(Did you mean (--[a-z-]+)\?\)/.exec(message)?.[1];
      return `This command has no option ${name}. ${meant ? `Did you mean ${meant}?` : 'See --help.'}`;
    },
  ],
  excessArguments: ['argumentUnexpected', () => 'The command takes fewer arguments. See --help.'],
  missingArgument: ['argumentMissing', (name) => `The argument <${name}> is missing. See --help.`],
  optionMissingArgument: ['optionInvalid', (name) => `The option ${name} needs a value. See --help.`],
  missingMandatoryOptionValue: ['optionMissing', (name) => `The option ${name} is missing. See --help.`],
  conflictingOption: [
    'optionsConflict',
    (name) => `The option ${name} cannot be used with another one that is set. See --help.`,
  ],
  invalidArgument: [
    'optionInvalid',
    (name, message) => {
      const choices = /^.*Allowed choices are (.*)\.$/s.exec(message)?.[1];
      return `The value of ${name} cannot be used. ${choices ? `Choose one of: ${choices}.` : 'See --help.'}`;
    },
  ],
};

/** Of these the name is what somebody typed, and nothing of ours. */
const TYPED = ['commandUnknown', 'optionUnknown', 'argumentUnexpected'];

function ofUsage({ code, message }: CommanderError): Failure {
  const usage = USAGE[code.replace('commander.', '')];
  if (!usage) return { code: 'optionInvalid', sentence: 'The command cannot be read. See --help.' };
  const name = NAME.exec(message)?.[1] ?? 'of this name';
  const [own, sentence] = usage;
  const known = !TYPED.includes(own);
  return {
    code: own,
    sentence: sentence(name, message),
    ...(known ? { field: name.replace(/^-+/, '') } : {}),
  };
}
