import { z } from 'zod/v4';

/** One n8n item, as far as tests look at it. */
export const Item = z.looseObject({ json: z.record(z.string(), z.unknown()) });
export type Item = z.infer<typeof Item>;

/** The items of a node by output index. */
export type NodeOutputs = Item[][];
