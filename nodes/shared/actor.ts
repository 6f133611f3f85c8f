import type { IExecutionContext, IWorkflowDataProxyData, IWorkflowMetadata } from 'n8n-workflow';
import type { Actor } from '../../core';

interface Run {
  getWorkflow(): IWorkflowMetadata;
  /** n8n gives undefined in some manual runs, whatever its type says. */
  getExecutionId(): string | undefined;
  getExecutionContext?(): IExecutionContext | undefined;
  getWorkflowDataProxy?(itemIndex: number): IWorkflowDataProxyData;
}

/** What the proxy gives for `$('name')`. */
interface RanNode {
  readonly params?: { readonly authentication?: unknown };
  first(): { readonly json: { readonly user?: unknown } } | undefined;
}

const FORM_TRIGGER = 'n8n-nodes-base.formTrigger';
const LOGIN = 'n8nUserAuth';
const USER_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Who did it, for the audit: the workflow, the run of it, and the n8n user who started it.
 *
 * n8n tells the user of one kind of run only: a Form Trigger (2.6 or later) with n8n login puts them into its own
 * output. It is read there, in the run's data, not in an item that came along. Every other run is `unattended`: also
 * one that somebody started by hand in the editor, which n8n does not tell its nodes.
 */
export function actorOf(context: Run): Actor {
  const workflow = context.getWorkflow().id ?? 'unsaved';
  const execution = context.getExecutionId() ?? 'unsaved';
  const user = formUser(context);
  return `workflow:${workflow}/execution:${execution}/${user === null ? 'unattended' : `user:${user}`}`;
}

function formUser(context: Run): string | null {
  const trigger = context.getExecutionContext?.()?.triggerNode;
  if (trigger?.type !== FORM_TRIGGER) return null;
  try {
    const node = (context.getWorkflowDataProxy?.(0).$ as (name: string) => RanNode)(trigger.name);
    // A field of the form may be called "user" as well; only the login makes it an object with an ID.
    return node.params?.authentication === LOGIN ? userId(node.first()?.json.user) : null;
  } catch {
    // The trigger's data is not at hand, as in a sub-workflow. The act counts all the same.
    return null;
  }
}

const userId = (user: unknown): string | null =>
  typeof user === 'object' &&
  user !== null &&
  'id' in user &&
  typeof user.id === 'string' &&
  USER_ID.test(user.id)
    ? user.id
    : null;
