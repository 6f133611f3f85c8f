export { renderApproved, type ApprovedContext, type ApprovedOrder } from './approved';
export * from './approvedTypes';
export { renderComposed } from './composed';
export * from './composedTypes';
export { getTemplate, isTemplateKey, listTemplates, TEMPLATE_KEYS, type TemplateKey } from './catalogue';
export { LIMITS } from './limits';
export { lintTemplate, type LintFinding } from './lint';
export { parseLiveTemplate, sameLanguage, variablesIn, type LiveButton, type LiveTemplate } from './live';
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
export { isButtonChoice, parseTemplate } from './schema';
export * from './types';
