export { classifyReply } from './classify';
export * from './types';
