import { CareError } from '../../../../core/errors';
import { reasonOf, toNodeError } from '../../../../nodes/shared/errors';
import { failedItem, refused, withCare } from '../../../../nodes/shared/items';
import { executeFunctions } from '../../../support/executeFunctions';

const node = executeFunctions({ node: { name: 'Consent Check' } }).getNode();

describe('withCare', () => {
  const item = {
    json: { id: 1, care: { purpose: 'survey', refusal: { code: 'old' } } },
    binary: { file: { data: '', mimeType: 'text/plain' } },
  };

  it('adds to what is there, keeps the user’s fields and files, and names its origin', () => {
    expect(withCare(item, { language: 'it' }, 3)).toEqual({
      json: { id: 1, care: { purpose: 'survey', language: 'it' } },
      binary: item.binary,
      pairedItem: { item: 3 },
    });
  });

  it('leaves the item that came in alone, since sibling nodes share it', () => {
    const before = structuredClone(item);
    withCare(item, { language: 'it' }, 0);
    expect(item).toEqual(before);
  });

  it('does not trip over a care field that is no object', () => {
    expect(withCare({ json: { care: 'mine' } }, { purpose: 'survey' }, 0).json).toEqual({
      care: { purpose: 'survey' },
    });
  });

  it('puts the latest refusal in place of an earlier one', () => {
    const no = { by: 'phiFilter', code: 'containsPhi', sentence: 'No.' };
    expect(refused(item, 0, no).json.care).toEqual({ purpose: 'survey', refusal: no });
  });
});

describe('what is said of a failure', () => {
  const planted = '+1 202-555-0123';

  it('keeps code and sentence of our own refusals', () => {
    const error = toNodeError(node, new CareError('senderUnknown', 'Register it.', { index: 4 }));
    expect(error.message).toBe('Consent Check stopped with the code "senderUnknown"');
    expect(error.description).toBe('Register it.');
    expect(error.context.itemIndex).toBe(4);
  });

  it('lets nothing through of errors that may quote an item', () => {
    const thrown = new Error(`duplicate key (${planted})`);
    const failure = failedItem({ json: {} }, 0, 'consentCheck', node, thrown);
    expect(JSON.stringify([failure, reasonOf(thrown), toNodeError(node, thrown)])).not.toContain(planted);
    expect(failure.json.care).toMatchObject({ refusal: { by: 'consentCheck', code: 'unexpected' } });
  });
});
