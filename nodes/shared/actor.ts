import type { IWorkflowMetadata } from 'n8n-workflow';
import type { Actor } from '../../core';

interface Run {
  getWorkflow(): IWorkflowMetadata;
  /** n8n gives undefined in some manual runs, whatever its type says. */
  getExecutionId(): string | undefined;
}

/** Who did it, for the audit: the workflow and the run of it. */
export function actorOf(context: Run): Actor {
  return `workflow:${context.getWorkflow().id ?? 'unsaved'}/execution:${context.getExecutionId() ?? 'unsaved'}`;
}
