/** Where a registry lives. */
export type Database =
  | { readonly kind: 'embedded'; readonly file: string }
  | {
      readonly kind: 'postgres';
      readonly host: string;
      readonly port: number;
      readonly database: string;
      readonly user: string;
      readonly password: string;
      /** `verify` checks the server's certificate; `encrypt` does not, for servers that signed their own. */
      readonly ssl: 'off' | 'encrypt' | 'verify';
      /** PostgreSQL schema that holds the tables, so that a database can be shared. */
      readonly schema: string;
    };
