export { getTemplate, isTemplateKey, listTemplates, TEMPLATE_KEYS, type TemplateKey } from './catalogue';
export { lintTemplate, type LintFinding } from './lint';
export {
  toMetaTemplateCreate,
  toMetaTemplateMessage,
  type MetaTemplateCreate,
  type MetaTemplateObject,
  type ParameterFormat,
} from './meta';
export { toMetaReply, type MetaReply } from './metaReply';
export { outgoingTexts, toPlainText } from './plain';
export { metaNameOf, renderTemplate, renderText } from './render';
export { parseTemplate } from './schema';
export * from './types';
