import type { IDataObject } from 'n8n-workflow';
import { actorOf } from '../../../../nodes/shared/actor';

const USER = '0b9d3c1e-1111-4222-8333-123456789012';
const FORM = 'n8n-nodes-base.formTrigger';

/** A run as n8n shows it to its nodes. */
function run(type: string, authentication: string, json: IDataObject, proxy?: () => never) {
  const node = { params: { authentication }, first: () => ({ json }) };
  return {
    getWorkflow: () => ({ id: 'w1', name: 'Test', active: true }),
    getExecutionId: () => '7',
    getExecutionContext: () => ({ triggerNode: { name: 'Form', type } }) as never,
    getWorkflowDataProxy: () =>
      ({ $: proxy ?? ((name: string) => (name === 'Form' ? node : undefined)) }) as never,
  };
}

describe('who did it', () => {
  it('is the workflow, the run, and who filled in a form with n8n login', () => {
    const context = run(FORM, 'n8nUserAuth', { user: { id: USER, email: 'paola@aurora.example' } });
    expect(actorOf(context)).toBe(`workflow:w1/execution:7/user:${USER}`);
  });

  it.each([
    ['another trigger', run('n8n-nodes-base.webhook', 'n8nUserAuth', { user: { id: USER } })],
    ['a form without login', run(FORM, 'none', { user: { id: USER } })],
    ['a form that keeps the user to itself', run(FORM, 'n8nUserAuth', {})],
    ['a field of the form that is called user', run(FORM, 'n8nUserAuth', { user: USER })],
    ['an ID that is none', run(FORM, 'n8nUserAuth', { user: { id: 'Paola Neri' } })],
    [
      'a form whose data is not at hand',
      run(FORM, 'n8nUserAuth', {}, () => {
        throw new Error('Referenced node does not exist');
      }),
    ],
  ])('is nobody by name with %s', (_name, context) => {
    expect(actorOf(context)).toBe('workflow:w1/execution:7/unattended');
  });

  it('is told also where n8n knows neither workflow nor run', () => {
    const context = {
      getWorkflow: () => ({ name: 'Test', active: false }) as never,
      getExecutionId: () => undefined,
    };
    expect(actorOf(context)).toBe('workflow:unsaved/execution:unsaved/unattended');
  });
});
