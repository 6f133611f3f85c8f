import { processOwner } from '../../core';

/** This n8n process in the claims that it makes. Every node's bundle gets the same from the start of the process. */
export const OWNER = processOwner(Math.round(performance.timeOrigin));
