import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
  detectPhi,
  getTemplate,
  lintTemplate,
  listTemplates,
  renderText,
  toPlainText,
  type CatalogueTemplate,
  type Controller,
  type Language,
  type RenderValues,
} from '../../core';
import { chosenController } from '../shared/controller';
import { registryFor } from '../shared/registry';

const DAY = 86_400_000;

export function chosenTemplates(context: IExecuteFunctions): readonly CatalogueTemplate[] {
  const keys = context.getNodeParameter('templates', 0, []) as string[];
  return keys.length === 0 ? listTemplates() : keys.map(getTemplate);
}

/** These operations are about the catalogue, not about the items: one result each, all from the first item. */
export const resultItem = (care: IDataObject): INodeExecutionData => ({
  json: { care },
  pairedItem: { item: 0 },
});

/** Each template in each of its languages as one text, with sample values and the controller's own names. */
export async function preview(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
  const controller = await (await registryFor(context)).controllers.get(await chosenController(context));
  const now = Date.now();
  const items = chosenTemplates(context).flatMap((template) =>
    (Object.keys(template.texts) as Language[]).map((language) => {
      const result = renderText(template, language, sampleValues(template, controller, now), {
        now,
        allowedDomains: controller.allowedDomains,
      });
      const { key, purpose, use } = template;
      const shown = result.ok
        ? { text: toPlainText(result.message) }
        : { code: result.code, sentence: result.sentence };
      return resultItem({ template: key, language, purpose, use, ...shown });
    }),
  );
  return [items, []];
}

function sampleValues({ variables }: CatalogueTemplate, controller: Controller, now: number): RenderValues {
  const at = now + 2 * DAY;
  const { zone } = controller;
  const example = (type: string) => variables.find((variable) => variable.type === type)?.example ?? '';
  const appointments = variables.some(({ of }) => of === 'appointment');
  const names =
    controller.locations.length > 0 ? controller.locations.map(({ name }) => name) : [controller.name];
  return {
    at,
    zone,
    firstName: example('firstName'),
    location: names[0] ?? controller.name,
    link: `https://${controller.allowedDomains[0] ?? 'portal.example'}/`,
    clinicName: controller.name,
    number: 1,
    choices: appointments
      ? [
          { id: 'appointment_1', at, zone },
          { id: 'appointment_2', at: at + 7 * DAY, zone },
        ]
      : names.map((label, index) => ({ id: `location_${index + 1}`, label })),
  };
}

/** One item a template, with what Meta's review or a careful reader would object to. */
export async function lint(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
  const policy = await (await registryFor(context)).controllers.phiPolicy(await chosenController(context));
  const detect: typeof detectPhi = (text, options) => detectPhi(text, { ...options, policy });
  const items = chosenTemplates(context).map((template) => {
    const findings = lintTemplate(template, detect);
    return resultItem({
      template: template.key,
      clean: findings.length === 0,
      findings: findings.map((finding) => ({ ...finding })),
    });
  });
  return [items, []];
}
