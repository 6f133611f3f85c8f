import { type Command, Option } from 'commander';
import { CareError, type PersonRef } from '../../core';
import { type ConnectionOptions, type OutputOptions, withConnection } from './connection';

export interface PersonOptions extends ConnectionOptions, OutputOptions {
  readonly controller?: string;
  readonly phone?: string;
  readonly country?: string;
  readonly contactRef?: string;
}

export const withPerson = (command: Command): Command =>
  withConnection(command)
    .option('--controller <key>', 'whose contact; may be left out where there is only one')
    .option('--contact-ref <id>', 'the person by pseudonym')
    .addOption(
      new Option(
        '--phone <number>',
        'the person by number, which then stands in the history of the shell and in the list of processes',
      ).conflicts('contactRef'),
    )
    .option('--country <code>', 'of a number without a country code, such as IT');

/** @throws CareError `personMissing` */
export function personOf(options: PersonOptions): PersonRef {
  const person = anyPersonOf(options);
  if (person !== null) return person;
  throw new CareError('personMissing', 'Name the person with --contact-ref or --phone.', {
    field: 'contact-ref',
  });
}

export function anyPersonOf({ phone, country, contactRef }: PersonOptions): PersonRef | null {
  if (contactRef !== undefined) return { contactRef };
  if (phone !== undefined) return { phone, ...(country === undefined ? {} : { country }) };
  return null;
}
