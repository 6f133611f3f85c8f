import type { ButtonChoice, RenderValues, VariableType } from './types';

export type TextVariableType = Exclude<VariableType, 'choice'>;

/** One variable of an approved template and its typed value; each variable has a value of its own. */
export interface VariableBinding {
  readonly part: 'header' | 'body';
  /** As at Meta: `1` or `first_name`. */
  readonly name: string;
  readonly type: TextVariableType;
  readonly values: RenderValues;
}

/** What stands in the header where it is no text. */
export type HeaderValue =
  | { readonly kind: 'media'; readonly link: string; readonly fileName?: string }
  | {
      readonly kind: 'location';
      readonly latitude: number;
      readonly longitude: number;
      /** One of the controller's locations. */
      readonly name: string;
    };

/** What a button needs, by its position from 0: a meaning, the end of its address or the code to copy. */
export interface ButtonValue {
  readonly index: number;
  readonly choice?: ButtonChoice;
  readonly suffix?: string;
  readonly code?: string;
}

/** A message by a template that the user had approved. It holds typed values; the words are the live template's. */
export interface ApprovedOrigin {
  readonly source: 'approved';
  /** As at Meta, e.g. `en_US`. */
  readonly language: string;
  readonly bindings: readonly VariableBinding[];
  readonly header: HeaderValue | null;
  readonly buttons: readonly ButtonValue[];
  /** What the live template makes of it. Set right before sending, never taken from an item. */
  readonly filled?: FilledTemplate;
}

export type FilledHeader =
  | { readonly type: 'text'; readonly name: string; readonly text: string }
  | { readonly type: 'image' | 'video'; readonly link: string }
  | { readonly type: 'document'; readonly link: string; readonly fileName: string }
  | {
      readonly type: 'location';
      readonly latitude: number;
      readonly longitude: number;
      readonly name: string;
    };

export type FilledButton =
  | { readonly index: number; readonly type: 'quick_reply'; readonly choice: ButtonChoice }
  | { readonly index: number; readonly type: 'url'; readonly suffix: string }
  | { readonly index: number; readonly type: 'copy_code'; readonly code: string }
  | { readonly index: number; readonly type: 'flow' };

export interface FilledTemplate {
  readonly named: boolean;
  /** Null: the header takes no value. */
  readonly header: FilledHeader | null;
  readonly buttons: readonly FilledButton[];
  /** Everything beside text, footer and quick replies that a person gets to read. */
  readonly texts: readonly string[];
}
