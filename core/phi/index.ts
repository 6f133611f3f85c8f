export { detectPhi } from './detect';
export { minimiseFields, type Dropped, type DropReason, type Minimised } from './minimise';
export { textsIn, withTexts } from './nested';
export { redactPhi } from './redact';
export { rewordPhi, type RewordOptions } from './reword';
export { screenOutgoing, type Screening } from './screen';
export { describeFindings, summariseFindings, type PhiReason, type PhiSummary } from './summary';
export { isTermInLexicon } from './termLexicon';
export * from './types';
