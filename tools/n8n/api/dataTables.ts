import { z } from 'zod/v4';
import type { RestClient } from '../rest';

/** n8n returns no more rows at once, whatever is asked. */
const PAGE = 250;

const DataTable = z.object({ id: z.string(), name: z.string() });
export type DataTable = z.infer<typeof DataTable>;

export interface DataTableColumn {
  name: string;
  type: 'string' | 'number' | 'boolean' | 'date';
}

/** Dates are ISO 8601 strings with a zone. */
export type DataTableValues = Record<string, string | number | boolean | null>;

const Row = z.looseObject({ id: z.number() });
export type DataTableRow = z.infer<typeof Row>;

const pageOf = <T>(schema: z.ZodType<T>) => z.object({ count: z.number(), data: z.array(schema) });

/** Data Tables of the owner's personal project. */
export class DataTablesApi {
  private base?: Promise<string>;

  constructor(private readonly rest: RestClient) {}

  async list(): Promise<DataTable[]> {
    return this.pages(await this.path(), DataTable);
  }

  async create(name: string, columns: readonly DataTableColumn[]): Promise<DataTable> {
    return this.rest.post(await this.path(), { name, columns }, DataTable);
  }

  /** @returns how many rows were inserted */
  async insert(tableId: string, rows: readonly DataTableValues[]): Promise<number> {
    const Inserted = z.object({ insertedRows: z.number() });
    const answer = await this.rest.post(await this.path(tableId, 'insert'), { data: rows }, Inserted);
    return answer.insertedRows;
  }

  /** All rows in the order of their ids, each with n8n's own `id`, `createdAt` and `updatedAt`. */
  async rows(tableId: string): Promise<DataTableRow[]> {
    return this.pages(await this.path(tableId, 'rows'), Row, { sortBy: 'id:asc' });
  }

  async delete(tableId: string): Promise<void> {
    await this.rest.delete(await this.path(tableId), z.unknown());
  }

  private async pages<T>(
    path: string,
    schema: z.ZodType<T>,
    params: Record<string, string> = {},
  ): Promise<T[]> {
    const all: T[] = [];
    for (;;) {
      const page = await this.rest.get(path, pageOf(schema), { ...params, skip: all.length, take: PAGE });
      all.push(...page.data);
      if (page.data.length === 0 || all.length >= page.count) return all;
    }
  }

  private async path(...parts: string[]): Promise<string> {
    this.base ??= this.projectPath();
    return [await this.base, ...parts].join('/');
  }

  private async projectPath(): Promise<string> {
    const { id } = await this.rest.get('/rest/projects/personal', z.object({ id: z.string() }));
    return `/rest/projects/${id}/data-tables`;
  }
}
