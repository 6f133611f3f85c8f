import { CareError } from '../../../core';
import { exitCodeOf, failureOf, tell } from '../../../cli/failure';
import { program } from '../../../cli/program';

const PHONE = '+442079460001';

async function failing(args: readonly string[]) {
  const error = await program()
    .parseAsync(['registry', ...args], { from: 'user' })
    .catch((failure: unknown) => failure);
  return failureOf(error);
}

describe('a command that is typed wrong', () => {
  const required = ['--reason', 'objected', '--recorded-by', 'Rossi'];

  it.each<[string, string[], string, string | undefined]>([
    ['names no known command', [PHONE], 'commandUnknown', undefined],
    ['has an unknown option', ['stats', `--fon=${PHONE}`], 'optionUnknown', undefined],
    ['has a value outside the choices', ['rotate-key', '--kind', PHONE], 'optionInvalid', 'kind'],
    ['has a number out of range', ['why-not-sent', '--limit', PHONE], 'optionInvalid', 'limit'],
    ['has an option without its value', ['stats', '--file'], 'optionInvalid', 'file'],
    ['lacks an option', ['rotate-key'], 'optionMissing', 'kind'],
    ['lacks an argument', ['import'], 'argumentMissing', 'file'],
    ['has one too many', ['stats', PHONE], 'argumentUnexpected', undefined],
    [
      'names the person twice',
      ['erase', ...required, '--phone', PHONE, '--contact-ref', 'x'],
      'optionsConflict',
      'phone',
    ],
    ['names no person', ['erase', ...required, '--yes'], 'personMissing', 'contact-ref'],
    ['is not confirmed', ['erase', ...required, '--phone', PHONE], 'confirmationMissing', 'yes'],
    ['lacks the server', ['stats', '--database', 'postgres'], 'optionInvalid', 'host'],
    [
      'does not say where the new key is',
      ['rotate-key', '--kind', 'master'],
      'newKeyMissing',
      'new-key-file',
    ],
  ])('because it %s says which part is wrong, and not what was typed', async (_why, args, code, field) => {
    const failure = await failing(args);
    expect({ code: failure.code, field: failure.field }).toEqual({ code, field });
    expect(failure.sentence).toMatch(/^[A-Z].*[.]$/);
    expect(failure.sentence).not.toContain(PHONE.slice(1));
    expect(failure.sentence).toContain(field !== undefined && code.startsWith('option') ? `--${field}` : '');
  });

  it('is told the choices, and an option that is spelled nearly so', async () => {
    expect((await failing(['rotate-key', '--kind', 'mater'])).sentence).toBe(
      'The value of --kind cannot be used. Choose one of: data, lookup, conversation, master.',
    );
    expect((await failing(['stats', '--controler', 'a'])).sentence).toBe(
      'This command has no option --controler. Did you mean --controller?',
    );
  });
});

describe('an error', () => {
  it('of the registry speaks of options, since there is no credential here', () => {
    const error = new CareError('registryUnreachable', 'Check host and port in the credential.');
    expect(failureOf(error)).toEqual({ code: 'registryUnreachable', sentence: 'Check host and port.' });
  });

  it('that nobody foresaw shows nothing of itself', () => {
    expect(JSON.stringify(failureOf(new Error(`Bad row ${PHONE}`)))).not.toContain('2079');
  });

  it('says that a purge came to its end but for the audit', () => {
    expect(exitCodeOf(new CareError('auditBroken', 'The chain does not hold.'))).toBe(3);
    expect(exitCodeOf(new Error())).toBe(1);
  });

  it('is one line for people and one document for programs', () => {
    const said: string[] = [];
    jest.spyOn(console, 'error').mockImplementation((line: string) => void said.push(line));
    const failure = { code: 'fileExists', sentence: 'It is there.', field: 'out' };
    tell(failure, false);
    tell(failure, true);
    expect(said[0]).toBe('It is there. (fileExists)');
    expect(JSON.parse(said[1] ?? '')).toEqual({ error: failure });
  });
});
