import { randomUUID } from 'node:crypto';
import axios, { isAxiosError, type AxiosInstance, type AxiosRequestConfig } from 'axios';
import { z } from 'zod/v4';

const Problem = z.object({ message: z.string() });

/** n8n's internal REST API as its editor uses it: a session cookie bound to a browser id, answers below `data`. */
export class RestClient {
  private readonly http: AxiosInstance;

  constructor(readonly url: string) {
    this.http = axios.create({ baseURL: url, headers: { 'browser-id': randomUUID() }, timeout: 60_000 });
    this.http.interceptors.response.use((response) => {
      const cookies = response.headers['set-cookie']?.map((cookie) => cookie.split(';')[0]);
      if (cookies) this.http.defaults.headers.common.cookie = cookies.join('; ');
      return response;
    });
  }

  get<T>(path: string, schema: z.ZodType<T>, params: Record<string, string | number> = {}): Promise<T> {
    return this.call({ method: 'get', url: path, params }, schema);
  }

  post<T>(
    path: string,
    data: unknown,
    schema: z.ZodType<T>,
    headers: Record<string, string> = {},
  ): Promise<T> {
    return this.call({ method: 'post', url: path, data, headers }, schema);
  }

  patch<T>(path: string, data: unknown, schema: z.ZodType<T>): Promise<T> {
    return this.call({ method: 'patch', url: path, data }, schema);
  }

  delete<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    return this.call({ method: 'delete', url: path }, schema);
  }

  /** The answer of a path that does not wrap it in `data`. */
  async plain<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    return schema.parse(await this.request({ method: 'get', url: path }));
  }

  /** What a request of our session would carry, for the push channel. */
  sessionHeaders(): Record<string, string> {
    const { common } = this.http.defaults.headers;
    const browserId: unknown = (this.http.defaults.headers as Record<string, unknown>)['browser-id'];
    return { cookie: String(common.cookie), 'browser-id': String(browserId), origin: this.url };
  }

  private async call<T>(request: AxiosRequestConfig, schema: z.ZodType<T>): Promise<T> {
    const { data } = z.object({ data: z.unknown() }).parse(await this.request(request));
    return schema.parse(data);
  }

  private async request(request: AxiosRequestConfig): Promise<unknown> {
    try {
      return (await this.http.request<unknown>(request)).data;
    } catch (error) {
      throw explained(error, request);
    }
  }
}

/** n8n's own sentence; axios' error would carry the request with its cookie and body into logs. */
function explained(error: unknown, { method, url }: AxiosRequestConfig): unknown {
  if (!isAxiosError(error)) return error;
  const problem = Problem.safeParse(error.response?.data);
  const reason = problem.success ? problem.data.message : error.message;
  return new Error(`n8n: ${method} ${url} answered ${error.response?.status ?? 'nothing'}: ${reason}`);
}
