import { refusal } from '../../../policy';
import type { Db, RegistryContext } from '../../context';
import type { PeopleService, PersonQuery, PersonView } from '../../rightsApi';
import type { Actor, Controller } from '../../types';
import { appendAudit } from '../audit';
import { reading } from '../reading';
import { writing } from '../writing';
import { contactRow, findContact, locate } from './locate';
import { mergePeople } from './merge';
import { rectifyPerson } from './rectify';
import { setVerification } from './verification';
import { personView } from './view';
import { namedPerson } from './vouched';

async function viewOf(
  ctx: RegistryContext,
  db: Db,
  controller: Controller,
  contactId: string,
): Promise<PersonView> {
  const contact = await contactRow(db, controller.id, contactId);
  if (!contact) throw refusal('unknownContact');
  return personView(ctx, db, controller, contact);
}

async function find(ctx: RegistryContext, controller: Controller, person: PersonQuery): Promise<PersonView> {
  const known = await findContact(ctx, ctx.db, controller, person);
  if (known !== undefined) return viewOf(ctx, ctx.db, controller, known);
  return viewOf(ctx, ctx.db, controller, 'contactRef' in person ? person.contactRef : '');
}

async function restrict(
  ctx: RegistryContext,
  tx: Db,
  controller: Controller,
  person: PersonQuery,
  on: boolean,
  recordedBy: string,
  actor: Actor,
): Promise<string> {
  const name = namedPerson(recordedBy);
  const contactId = await locate(ctx, tx, controller, person);
  await tx
    .updateTable('contacts')
    .set({ restricted_at: on ? ctx.clock.now() : null })
    .where('id', '=', contactId)
    .execute();
  await appendAudit(ctx, tx, controller.id, {
    actor,
    action: 'person.restrict',
    object: `contact:${contactId}`,
    outcome: on ? 'on' : 'off',
    details: { person: name },
  });
  return contactId;
}

export function createPeopleService(ctx: RegistryContext): PeopleService {
  const changed = (
    controllerKey: string,
    change: (tx: Db, controller: Controller) => Promise<string>,
  ): Promise<PersonView> =>
    writing(ctx, controllerKey, async (tx, controller) =>
      viewOf(ctx, tx, controller, await change(tx, controller)),
    );
  return {
    find: (controllerKey, person) =>
      reading(ctx, controllerKey, (controller) => find(ctx, controller, person)),
    setVerification: (controllerKey, person, change, actor) =>
      changed(controllerKey, (tx, controller) => setVerification(ctx, tx, controller, person, change, actor)),
    merge: (controllerKey, from, into, proof, actor) =>
      writing(ctx, controllerKey, (tx, controller) =>
        mergePeople(ctx, tx, controller, { from, into }, proof, actor),
      ),
    rectify: (controllerKey, person, change, recordedBy, actor) =>
      changed(controllerKey, (tx, controller) =>
        rectifyPerson(ctx, tx, controller, person, change, recordedBy, actor),
      ),
    restrict: (controllerKey, person, on, recordedBy, actor) =>
      changed(controllerKey, (tx, controller) =>
        restrict(ctx, tx, controller, person, on, recordedBy, actor),
      ),
  };
}
