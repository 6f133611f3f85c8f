import {
  executionDataRefusal,
  executionSaving,
  holdsPhoneNumber,
} from '../../../core/messaging/executionData';

const OFF = {
  saveDataSuccessExecution: 'none',
  saveDataErrorExecution: 'none',
  saveManualExecutions: false,
  saveExecutionProgress: false,
};

describe('what n8n keeps of a run', () => {
  it('is everything but progress when neither workflow nor instance says a word', () => {
    expect(executionSaving({}, {})).toEqual({
      successful: true,
      failed: true,
      manual: true,
      progress: false,
    });
  });

  it.each([
    ['saveDataSuccessExecution', 'all', 'Save successful production executions'],
    ['saveDataErrorExecution', 'DEFAULT', 'Save failed production executions'],
    ['saveManualExecutions', 'DEFAULT', 'Save manual executions'],
    ['saveExecutionProgress', true, 'Save execution progress'],
  ])('names the one switch that is on: %s', (name, value, label) => {
    const sentence = executionDataRefusal(executionSaving({ ...OFF, [name]: value }, {}));
    expect(sentence).toContain(`Turn off "${label}" in`);
  });

  it('has nothing to say when all four are off in the workflow, whatever the instance says', () => {
    const env = {
      EXECUTIONS_DATA_SAVE_ON_SUCCESS: 'all',
      EXECUTIONS_DATA_SAVE_ON_ERROR: 'all',
      EXECUTIONS_DATA_SAVE_MANUAL_EXECUTIONS: 'true',
      EXECUTIONS_DATA_SAVE_ON_PROGRESS: 'true',
    };
    expect(executionDataRefusal(executionSaving(OFF, env))).toBeNull();
  });

  it('follows the instance where the workflow leaves it open', () => {
    const env = {
      EXECUTIONS_DATA_SAVE_ON_SUCCESS: 'none',
      EXECUTIONS_DATA_SAVE_ON_ERROR: 'none',
      EXECUTIONS_DATA_SAVE_MANUAL_EXECUTIONS: 'FALSE',
      EXECUTIONS_DATA_SAVE_ON_PROGRESS: 'false',
    };
    expect(executionDataRefusal(executionSaving({ saveDataSuccessExecution: 'DEFAULT' }, env))).toBeNull();
    expect(executionSaving({ saveDataSuccessExecution: 'all' }, env).successful).toBe(true);
  });

  it('counts a word that n8n does not know as kept', () => {
    expect(executionSaving({ ...OFF, saveDataErrorExecution: 'nothing' }, {}).failed).toBe(true);
  });
});

describe('holdsPhoneNumber', () => {
  it.each([
    ['an international number', { phone: '+1 202-555-0143' }],
    ['a number deep inside', { rows: [{ who: { tel: '+44 7700 900123' } }] }],
    ['a number within a sentence', { note: 'call +44 7700 900123 after six' }],
    ['a national number of the clinic country', { phone: '0161 496 0123' }],
    ['a number kept as a number', { phone: 1614960123 }],
  ])('finds %s', (_name, json) => {
    expect(holdsPhoneNumber(json, 'GB')).toBe(true);
  });

  it.each([
    ['an instant', { start: '2027-03-01T10:30:00.000Z' }],
    ['a date', { start: '2027-03-01' }],
    ['a UUID', { id: '3f0c9f3e-7d61-4c5e-9b1a-0242ac120002' }],
    ['short ids and words', { id: 'A-1042', area: 'north', count: 3, on: true, none: null }],
  ])('lets %s be', (_name, json) => {
    expect(holdsPhoneNumber(json, 'GB')).toBe(false);
  });
});
