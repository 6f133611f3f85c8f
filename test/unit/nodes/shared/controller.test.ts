import type { Controller } from '../../../../core';
import { chosenController } from '../../../../nodes/shared/controller';
import { registryFor } from '../../../../nodes/shared/registry';
import { executeFunctions } from '../../../support/executeFunctions';
import { aurora, auroraParameter, auroraRegistry } from '../../../support/nodeRegistry';

jest.mock('../../../../nodes/shared/registry');

const NONE = { __rl: true, mode: 'list', value: '' };
const borea: Controller = { ...aurora, id: 'c2', key: 'borea' };

function choose(controller: object, known: readonly Controller[]) {
  jest
    .mocked(registryFor)
    .mockResolvedValue(auroraRegistry({ controllers: { list: async () => [...known] } }));
  return chosenController(executeFunctions({ parameters: { controller } }));
}

describe('the controller that a node acts for', () => {
  it('is the one chosen', async () => {
    expect(await choose(auroraParameter, [aurora, borea])).toBe('aurora');
  });

  it('is the only one that there is, so that an imported workflow works as it came', async () => {
    expect(await choose(NONE, [borea])).toBe('borea');
  });

  it.each([
    ['several', [aurora, borea]],
    ['none', []],
  ])('is never guessed from %s', async (_what, known) => {
    await expect(choose(NONE, known)).rejects.toMatchObject({ code: 'controllerMissing' });
  });
});
