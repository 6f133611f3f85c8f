import axios from 'axios';
import { LANGUAGES, listTemplates, toMetaTemplateCreate } from '../core';

/** Has every template of the catalogue approved, as "Submit" of the Neutral Template node does it. */
export async function submitTemplates(
  baseUrl: string,
  businessAccountId: string,
  accessToken: string,
): Promise<void> {
  const url = `${baseUrl}/v23.0/${businessAccountId}/message_templates`;
  const headers = { Authorization: `Bearer ${accessToken}` };
  for (const template of listTemplates()) {
    if (template.use === 'reply') continue;
    for (const language of LANGUAGES) {
      if (!template.texts[language]) continue;
      await axios.post(url, toMetaTemplateCreate(template, language), {
        headers,
        validateStatus: isSubmitted,
      });
    }
  }
}

/** 400: the same name and language is there from an earlier attempt. */
function isSubmitted(status: number): boolean {
  return status === 200 || status === 400;
}
