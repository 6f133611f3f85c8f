import type { INode } from 'n8n-workflow';
import { CareError } from '../../core';

/**
 * A workflow that came by n8n's command line has no webhook id until the editor saves it. Its URL would then change, and
 * nobody would hear the people who write to the one that Meta knows.
 * @throws CareError `webhookIdMissing`
 */
export function assertOwnUrl({ webhookId }: INode): void {
  if (webhookId !== undefined && webhookId !== '') return;
  throw new CareError(
    'webhookIdMissing',
    'This trigger has no URL of its own yet. Open the workflow in the editor, save it, and publish it there.',
  );
}
