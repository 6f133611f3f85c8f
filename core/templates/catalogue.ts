import { CareError } from '../errors';
import { refusal } from '../policy/reasons';
import { TEMPLATE_FILES } from './files';
import { parseTemplate } from './schema';
import type { CatalogueTemplate } from './types';

export type TemplateKey = keyof typeof TEMPLATE_FILES;

/** Keys of all catalogue templates. */
export const TEMPLATE_KEYS = Object.keys(TEMPLATE_FILES) as readonly TemplateKey[];

const loaded = new Map<string, CatalogueTemplate>();

export const isTemplateKey = (key: string): key is TemplateKey => Object.hasOwn(TEMPLATE_FILES, key);

/**
 * A template by its key; validated when first used.
 *
 * @throws CareError `templateUnknown`
 */
export function getTemplate(key: string): CatalogueTemplate {
  if (!isTemplateKey(key)) throw refusal('templateUnknown');
  const known = loaded.get(key);
  if (known) return known;
  const template = parseTemplate(TEMPLATE_FILES[key]);
  if (template.key !== key) throw new CareError('templateInvalid', 'A template stands under the wrong key.');
  loaded.set(key, template);
  return template;
}

/** All templates, or those that can be used in one way (`both` counts for either). */
export function listTemplates(use?: 'template' | 'reply'): readonly CatalogueTemplate[] {
  const all = TEMPLATE_KEYS.map(getTemplate);
  return use ? all.filter((template) => template.use === use || template.use === 'both') : all;
}
