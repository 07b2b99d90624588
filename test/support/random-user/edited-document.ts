import { editDocument } from '../../../main/common/integration/document.ts';
import type { TargetEdit } from '../../../main/common/integration/reading/integration.ts';
import { editTargets } from '../../../main/common/integration/targets.ts';
import type { DocumentEdit, EditResult } from '../../../main/common/yaml/value.ts';

// What the text must be after a user's actions: each step's edits, made here by the document engine.

export type MeantEdit = DocumentEdit | TargetEdit | { readonly op: 'text'; readonly text: string };

interface Step {
  readonly group: string | null;
  /** The text with it; the earlier one if it is refused, which also refuses all steps after it. */
  readonly text: string;
  readonly refusal: string | null;
  /** null: main made others of them. */
  readonly edits: readonly MeantEdit[] | null;
}

export class EditedDocument {
  #base: string;
  #steps: readonly Step[] = [];
  /** Typed keys, and what stands for them in the page. */
  readonly masks = new Map<string, string>();

  constructor(base: string) {
    this.#base = base;
  }

  /** With typed keys. */
  get text(): string {
    return this.#steps.at(-1)?.text ?? this.#base;
  }

  /** As the page must show it. */
  get masked(): string {
    return [...this.masks].reduce((text, [key, mask]) => text.replaceAll(key, mask), this.text);
  }

  get base(): string {
    return this.#base;
  }

  get refusal(): string | null {
    return this.#steps.at(-1)?.refusal ?? null;
  }

  get isEdited(): boolean {
    return this.#steps.length > 0;
  }

  /** The steps that a step of that group leaves: consecutive typing is one step. */
  #kept(group: string | null): readonly Step[] {
    return group !== null && this.#steps.at(-1)?.group === group ? this.#steps.slice(0, -1) : this.#steps;
  }

  /** The text that a step of that group edits. */
  before(group: string): string {
    return this.#kept(group).at(-1)?.text ?? this.#base;
  }

  edit(edits: readonly MeantEdit[], group: string | null = null): void {
    const kept = this.#kept(group);
    const { text, refusal } = kept.at(-1) ?? { text: this.#base, refusal: null };
    let result: EditResult = refusal === null ? { ok: true, text } : { ok: false, reason: refusal };
    for (const edit of edits) if (result.ok) result = applied(result.text, edit);
    this.#steps = [
      ...kept,
      result.ok ? { group, edits, text: result.text, refusal: null } : { group, edits, text, refusal: result.reason },
    ];
  }

  /** Typing that ends where it began. */
  drop(group: string): void {
    this.#steps = this.#kept(group);
  }

  /** All edits in order; null: not known. */
  get edits(): readonly MeantEdit[] | null {
    return this.#steps.some(({ edits }) => edits === null) ? null : this.#steps.flatMap(({ edits }) => edits ?? []);
  }

  undo(): void {
    this.#steps = this.#steps.slice(0, -1);
  }

  discard(): void {
    this.#steps = [];
  }

  /** All steps are one after a restart. */
  restarted(): void {
    if (this.isEdited) this.#steps = [{ group: null, edits: null, text: this.text, refusal: null }];
  }

  applied(): void {
    this.#base = this.text;
    this.#steps = [];
  }
}

function applied(text: string, edit: MeantEdit): EditResult {
  if (edit.op === 'text') return { ok: true, text: edit.text };
  if (edit.op === 'duplicate' || edit.op === 'addTarget' || edit.op === 'moveTarget') return editTargets(text, edit);
  return editDocument(text, [edit]);
}
