export interface SendAppOfficialAccount {
  /** Without a trailing slash, e.g. `https://official.sendapp.cloud`. */
  readonly baseUrl: string;
  readonly accessToken: string;
  /** `json`: templates by POST. `apiv3`: templates and text by GET, with number and text in the URL. */
  readonly api: 'json' | 'apiv3';
  /** Path of the JSON API's template call, e.g. `api/send/template`. */
  readonly templatePath: string;
}
