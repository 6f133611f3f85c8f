import { notSentText } from '../../../cli/registry/audit';
import { print } from '../../../cli/registry/output';

function printed(result: object, json: boolean): string {
  const lines: string[] = [];
  jest.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  print(result, json);
  return lines.join('\n');
}

describe('a result', () => {
  const result = {
    contacts: 1234,
    handles: { desk: 1, void: 2 },
    tasks: {},
    contactRef: null,
    repeated: false,
  };

  it('is one JSON document for programs', () => {
    expect(JSON.parse(printed(result, true))).toEqual(result);
  });

  it('is a table for people, with nothing left blank', () => {
    const rows = printed(result, false)
      .split('\n')
      .filter((line) => line.startsWith('│'))
      .map((line) => line.split('│').map((cell) => cell.trim()));
    expect(rows.map(([, name, value]) => [name, value])).toEqual([
      ['contacts', '1,234'],
      ['handles', 'desk: 1'],
      ['', 'void: 2'],
      ['tasks', '-'],
      ['contactRef', '-'],
      ['repeated', 'false'],
    ]);
  });
});

describe('the list of messages that were not sent', () => {
  it('says so where there are none', () => {
    expect(notSentText({ rows: [], counts: {} })).toBe('No message was refused, failed or got lost.');
  });

  it('names the reason with its sentence, and counts also what the limit left out', () => {
    const text = notSentText({
      counts: { noConsent: 1200, suppressed: 3 },
      rows: [
        {
          outboxId: 'o1',
          at: Date.parse('2026-11-24T10:00:00Z'),
          state: 'refused',
          code: 'noConsent',
          sentence: 'No consent is on record.',
          final: false,
          kind: 'reminder',
          stage: 'reminder48h',
          occurrence: 'hash',
          purpose: 'appointment',
          template: 'appointment_reminder_48h',
          language: 'en',
          contactRef: null,
          actor: 'inbox',
          policyVersion: 1,
          consentEventId: null,
          providerCode: null,
        },
      ],
    });
    expect(text).toMatch(/2026-11-24T10:00:00\.000Z +│ refused: noConsent/);
    expect(text).toContain('No consent is on record.');
    expect(text).toMatch(/noConsent +│ 1,200[^]*suppressed +│ 3/);
  });
});
