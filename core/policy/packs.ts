import { CareError } from '../errors';
import de from './packs/de.json';
import eu from './packs/eu.json';
import it from './packs/it.json';
import us from './packs/us.json';
import { packSchema } from './schema';
import { PACK_IDS, type PackId, type PolicyPack } from './types';

let packs: ReadonlyMap<string, PolicyPack> | undefined;

function load(): ReadonlyMap<string, PolicyPack> {
  // JSON holds no `undefined`, which is all that the schema's type allows beyond `PolicyPack`.
  packs ??= new Map([eu, it, de, us].map((pack) => [pack.id, packSchema.parse(pack) as PolicyPack]));
  return packs;
}

/**
 * The rules of one legal area, as data with sources and date.
 *
 * @throws CareError `packUnknown`
 */
export function getPack(id: PackId): PolicyPack {
  const pack = load().get(id);
  if (!pack) throw new CareError('packUnknown', `Choose one of the policy packs ${PACK_IDS.join(', ')}.`);
  return pack;
}
